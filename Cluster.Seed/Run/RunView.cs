using System.Text.Json.Nodes;
using Muster.Messages.Processes;

namespace Muster.Seed.Run;

/// <summary>What is known of one process of a run.</summary>
internal sealed class RunView(RunProcess process)
{
    public string Name => process.Name;

    public ProcessStatus Expect => process.Expect;

    public string Status { get; private set; } = "submitted";

    public int Attempt { get; private set; }

    public string? Executor { get; private set; }

    /// <summary>The reason of a failure, what it is doing, or what it returned.</summary>
    public string? Note { get; private set; }

    public bool IsFinal => Enum.TryParse<ProcessStatus>(Status, ignoreCase: true, out var status) && status.IsFinal();

    public bool AsExpected => string.Equals(Status, Expect.ToString(), StringComparison.OrdinalIgnoreCase);

    public void Update(JsonObject state)
    {
        Status = state["status"]!.GetValue<string>();
        Attempt = state["attempt"]?.GetValue<int>() ?? 0;
        Executor = state["executor"]?.GetValue<string>();
        Note = state["result"]?.ToJsonString() ?? state["reason"]?.GetValue<string>() ?? state["progressText"]?.GetValue<string>();
    }
}
