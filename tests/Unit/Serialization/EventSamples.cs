using System.Text.Json;
using Muster.Messages.Executors;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Serialization;

/// <summary>Events as they stand in a journal, with every field in use.</summary>
internal static class EventSamples
{
    private static readonly DateTimeOffset At = new(2026, 3, 14, 15, 9, 26, 535, TimeSpan.Zero);

    private static readonly ImmutableArray<SlotClaim> Slots = [new("", 17), new("k:invoice-2026-03", 1)];

    public static readonly ProcessSpec Spec = new()
    {
        Queue = "render",
        Name = "frame 0042 of \"Größe\" — final",
        Runtime = "exec",
        Func = "blender",
        Args = [JsonElement.Parse("\"--background\""), JsonElement.Parse("42"), JsonElement.Parse("{\"scene\":[1,2.5,null,true]}")],
        Kwargs = new Dictionary<string, JsonElement> { ["samples"] = JsonElement.Parse("128"), ["output"] = JsonElement.Parse("\"//frames/\"") }
            .ToImmutableSortedDictionary(StringComparer.Ordinal),
        Input = JsonElement.Parse("{\"file\":\"s3://shots/0042.blend\",\"seed\":12345678901234567890}"),
        Env = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "8", ["PATH"] = "/usr/bin:/bin" }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Conditions = new Conditions
        {
            Types = ["gpu", "render"],
            Executors = ["node-1", "node-2"],
            Labels = Sorted(("disk", "ssd"), ("zone", "b")),
            Location = "basement",
            Resources = new Dictionary<string, double> { ["gpu-gb"] = 24, ["ram-gb"] = 63.5 }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        },
        Limits = new Limits
        {
            MaxWait = TimeSpan.FromHours(2),
            WaitFrom = WaitFrom.Submission,
            MaxExec = TimeSpan.FromMinutes(90),
            Lease = TimeSpan.FromSeconds(45),
            MaxRetries = 5,
            Retry = new RetryPolicy { Kind = RetryKind.Linear, Delay = TimeSpan.FromMilliseconds(1_500), Cap = TimeSpan.FromMinutes(5), Jitter = 0.25 },
            NotBefore = At.AddMinutes(10),
            Deadline = At.AddDays(1),
        },
        Priority = -3,
        After = ["prepare-0042", "fetch-textures"],
        Workflow = "film-0042",
        HeadStart = 86_400.5,
        Labels = Sorted(("film", "größe"), ("shot", "0042")),
        Extra = JsonElement.Parse("{\"walltime\":600}"),
        Concurrency = new ConcurrencyRule { Key = "invoice-2026-03", Max = 2, OnConflict = ConflictPolicy.Replace },
        FinalExitCodes = [2, 64],
        Webhook = new Webhook { Url = "https://studio.example/hooks/frames?shot=0042", Secret = "s3cret" },
        Channels = ["talk", "files"],
        TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    };

    public static IReadOnlyList<object> All { get; } =
    [
        new ProcessEvent.Submitted
        {
            At = At, CommandId = "01956f1c-submit", By = "key:studio", Queue = "render", From = ProcessStatus.None, To = ProcessStatus.Blocked,
            NextDeadline = At.AddHours(2), Place = At.AddDays(-3), Spec = Spec, Fingerprint = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Lane = "8d2da66ce09e538f17fd5b5a",
        },
        new ProcessEvent.Unblocked
        {
            At = At, CommandId = "wake", By = "clock", Queue = "render", From = ProcessStatus.Blocked, To = ProcessStatus.Waiting, NextDeadline = At.AddHours(1), Place = At.AddDays(-3),
        },
        new ProcessEvent.Assigned
        {
            At = At, CommandId = "a1b2c3d4e5f6-77", By = "node-1", Queue = "render", From = ProcessStatus.Waiting, To = ProcessStatus.Running,
            NextDeadline = At.AddSeconds(45), Place = At.AddDays(-3), Attempt = 3, Executor = "node-1", Demand = "node-1-pool", LeaseUntil = At.AddSeconds(45),
            ExecUntil = At.AddMinutes(90), Slots = Slots,
        },
        new ProcessEvent.AttemptEnded
        {
            At = At, CommandId = "fail-3", By = "node-1", Queue = "render", From = ProcessStatus.Running, To = ProcessStatus.Blocked,
            NextDeadline = At.AddSeconds(3), Place = At.AddDays(-3), Attempt = 3, Outcome = AttemptOutcome.LeaseLost, Counted = true,
            Error = "Attempt 3 was silent for its whole lease of 45 s.", RetryAt = At.AddSeconds(3), Slots = Slots,
        },
        new ProcessEvent.AttributesSet
        {
            At = At, CommandId = "attr-1", By = "node-1", Queue = "render", From = ProcessStatus.Running, To = ProcessStatus.Running, NextDeadline = At.AddSeconds(45), Place = At.AddDays(-3),
            Attributes = new Dictionary<string, string?> { ["preview"] = "https://studio.example/p/42.png", ["stale"] = null }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        },
        new ProcessEvent.PriorityChanged
        {
            At = At, CommandId = "prio-1", By = "ada", Queue = "render", From = ProcessStatus.Waiting, To = ProcessStatus.Waiting, NextDeadline = At.AddHours(1), Place = At.AddDays(-3), Priority = 100,
        },
        new ProcessEvent.Succeeded
        {
            At = At, CommandId = "complete-4", By = "node-2", Queue = "render", From = ProcessStatus.Running, To = ProcessStatus.Succeeded, NextDeadline = At, Place = At.AddDays(-3),
            Attempt = 4, Result = JsonElement.Parse("{\"frame\":\"s3://shots/0042.exr\",\"seconds\":812.25}"), ResultHash = "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3", Slots = Slots,
        },
        new ProcessEvent.Failed
        {
            At = At, CommandId = "look", By = "clock", Queue = "render", From = ProcessStatus.Blocked, To = ProcessStatus.Failed, NextDeadline = At, Place = At.AddDays(-3),
            Reason = "Its parent prepare-0042 failed.", Kind = FailureKind.Parent, Result = JsonElement.Parse("[\"no disk\"]"), Parent = "prepare-0042",
        },
        new ProcessEvent.Cancelled
        {
            At = At, CommandId = "cancel-1", By = "ada", Queue = "render", From = ProcessStatus.Running, To = ProcessStatus.Cancelled, NextDeadline = At, Place = At.AddDays(-3),
            Reason = "The shot was cut.", Parent = "fetch-textures",
        },
        new ProcessEvent.Reopened
        {
            At = At, CommandId = "retry-1", By = "ada", Queue = "render", From = ProcessStatus.Failed, To = ProcessStatus.Waiting, NextDeadline = At.AddHours(2), Place = At.AddDays(-3),
            Reason = "The textures are there now.",
        },
        new ExecutorEvent.Registered
        {
            At = At, CommandId = "register-1", By = "key:farm",
            Capability = (Capability)Full.Of(typeof(Capability)),
        },
        new ExecutorEvent.Removed { At = At, CommandId = "remove-1", By = "ada" },
    ];

    private static ImmutableSortedDictionary<string, string> Sorted(params (string Key, string Value)[] pairs) =>
        pairs.ToImmutableSortedDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
}
