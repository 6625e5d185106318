using System.Collections.Concurrent;
using Muster.Messages;
using Muster.Runtime;

namespace Muster.Tests.Runtime;

/// <summary>Work that ends when the test says so, or when it is cancelled.</summary>
internal sealed class FakeRuntime : IRuntime, IHearsEnds
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RunOutcome>> _ends = new();

    public ConcurrentDictionary<string, (RunRequest Request, IRunChannel Channel, CancellationToken Cancelled)> Started { get; } = new();

    public string Name => "fake";

    public IReadOnlyCollection<string> Functions => ["work"];

    /// <summary>Whether cancelled work ends by itself.</summary>
    public bool HearsCancellation { get; set; } = true;

    /// <summary>The processes whose end is stored.</summary>
    public ConcurrentQueue<string> Ended { get; } = new();

    void IHearsEnds.Ended(ProcessId process, int attempt) => Ended.Enqueue(process.Id);

    public void End(string id, RunOutcome outcome) => EndOf(id).TrySetResult(outcome);

    public async Task<RunOutcome> RunAsync(RunRequest request, IRunChannel channel, CancellationToken cancelled)
    {
        var end = EndOf(request.Process.Id);
        Started[request.Process.Id] = (request, channel, cancelled);
        await using var registration = cancelled.Register(() =>
        {
            if (HearsCancellation)
            {
                end.TrySetResult(RunOutcome.Cancelled.Instance);
            }
        });
        return await end.Task;
    }

    private TaskCompletionSource<RunOutcome> EndOf(string id) => _ends.GetOrAdd(id, _ => new TaskCompletionSource<RunOutcome>(TaskCreationOptions.RunContinuationsAsynchronously));
}
