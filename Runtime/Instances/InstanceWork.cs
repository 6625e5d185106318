using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Runtime.Instances;

/// <summary>The attempts of one instance: hands them over its socket and waits for what becomes of them.</summary>
/// <param name="spec">The instance.</param>
/// <param name="options">Limits.</param>
/// <param name="send">Writes a line; false while it is not connected.</param>
/// <param name="end">Ends the instance, with the reason.</param>
/// <param name="clock">The time.</param>
internal sealed class InstanceWork(InstanceSpec spec, InstanceHostOptions options, Func<ReadOnlyMemory<byte>, bool> send, Action<string> end, TimeProvider clock) : IRuntime, IHearsEnds
{
    private readonly ConcurrentDictionary<string, Running> _running = new();

    // What the instance still has of an earlier life of the node, and what became of it before a pool went on with it.
    private readonly ConcurrentDictionary<string, InstanceMessage?> _early = new();
    private volatile string? _gone;

    public string Name => spec.Runtime;

    public IReadOnlyCollection<string> Functions => [];

    /// <summary>How many attempts it has.</summary>
    public int Count => _running.Count;

    public async Task<RunOutcome> RunAsync(RunRequest request, IRunChannel channel, CancellationToken cancelled)
    {
        var key = KeyOf(request.Process, request.Attempt);
        var running = new Running(request, channel);
        if (!_running.TryAdd(key, running))
        {
            return new RunOutcome.Failed("The instance has this attempt already.", Retryable: true);
        }

        try
        {
            if (_gone is { } reason)
            {
                return request.Adopted ? new RunOutcome.Failed(reason, Retryable: true) : new RunOutcome.GivenBack(reason);
            }

            if (request.Adopted)
            {
                TakeEarly(key);
            }
            else
            {
                // While it is not connected this waits for the next connection.
                send(NodeMessage.Process(key, request));
            }

            return await OutcomeAsync(key, running, cancelled).ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    /// <summary>The end of an attempt is stored, or nobody wants it: the instance need not keep it.</summary>
    public void Ended(ProcessId process, int attempt) => send(NodeMessage.Stored(KeyOf(process, attempt)));

    /// <summary>What the instance says of an attempt.</summary>
    public void Heard(InstanceMessage message)
    {
        switch (message)
        {
            case InstanceMessage.Result m:
                EndedByInstance(m.Key, m);
                break;
            case InstanceMessage.Failed m:
                EndedByInstance(m.Key, m);
                break;
            case InstanceMessage.Cancelled m:
                EndedByInstance(m.Key, m);
                break;
            case InstanceMessage.Log { Key: { } key } m when _running.TryGetValue(key, out var running):
                running.Channel.Log(m.Text, m.Stream);
                break;
            case InstanceMessage.Progress m when _running.TryGetValue(m.Key, out var running):
                running.Channel.Progress(m.Fraction, m.Message);
                break;
            case InstanceMessage.Checkpoint m when _running.TryGetValue(m.Key, out var running):
                _ = CheckpointAsync(running.Channel, m.Value);
                break;
        }
    }

    /// <summary>It has connected anew. What never reached it, it gets again.</summary>
    /// <param name="held">What it has.</param>
    /// <param name="adopt">Whether that is to be gone on with; else what is not known here is not wanted any more.</param>
    public void Connected(ImmutableArray<InstanceMessage.Held> held, bool adopt)
    {
        var known = held.Select(h => h.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, running) in _running.Where(r => !known.Contains(r.Key)))
        {
            if (running.Request.Adopted)
            {
                running.End.TrySetResult(new RunOutcome.Failed("The instance has lost it.", Retryable: true));
            }
            else
            {
                send(NodeMessage.Process(key, running.Request));
            }
        }

        foreach (var key in known.Where(k => !_running.ContainsKey(k)))
        {
            if (adopt)
            {
                _early.TryAdd(key, null);
            }
            else
            {
                send(NodeMessage.Stored(key));
            }
        }
    }

    /// <summary>The attempts that an instance had when an earlier life of the node ended, for a pool that goes on with them.</summary>
    public static ImmutableArray<AdoptedAttempt> Adopted(IEnumerable<InstanceMessage.Held> held, InstanceSpec spec) =>
    [
        .. held.Where(h => h.Namespace == spec.Namespace && Ids.IsValid(h.Process) && h.Attempt > 0).Select(h =>
        {
            var carried = Carried(h.Carry, spec);
            return new AdoptedAttempt(
                new ProcessSignal.Assignment
                {
                    Process = new ProcessId(h.Namespace, h.Process),
                    Attempt = h.Attempt,
                    Demand = "",
                    Spec = carried,
                    LeaseUntil = carried.Limits.Lease > TimeSpan.Zero ? DateTimeOffset.MaxValue : null,
                },
                h.Lines);
        }),
    ];

    /// <summary>The instance has ended, with all that it ran.</summary>
    public void Gone(string reason)
    {
        _gone = reason;
        foreach (var running in _running.Values)
        {
            running.End.TrySetResult(new RunOutcome.Failed(reason, Retryable: true));
        }
    }

    private static string KeyOf(ProcessId process, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{process.Namespace}/{process.Id}/{attempt}");

    private async Task<RunOutcome> OutcomeAsync(string key, Running running, CancellationToken cancelled)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancelled.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), stop).ConfigureAwait(false);
        if (await Task.WhenAny(running.End.Task, stop.Task).ConfigureAwait(false) == running.End.Task)
        {
            return await running.End.Task.ConfigureAwait(false);
        }

        send(NodeMessage.Cancel(key, "The attempt is not wanted any more."));
        try
        {
            return await running.End.Task.WaitAsync(options.CancelWithin, clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            end(string.Create(CultureInfo.InvariantCulture, $"It did not end attempt {running.Request.Attempt} of process {running.Request.Process} within {options.CancelWithin.TotalSeconds} s after that was cancelled."));
            return RunOutcome.Cancelled.Instance;
        }
    }

    private void EndedByInstance(string key, InstanceMessage message)
    {
        if (_running.TryGetValue(key, out var running))
        {
            Ended(running, message);
        }
        else if (_early.TryUpdate(key, message, null))
        {
            // The pool that goes on with it may have come just now.
            TakeEarly(key);
        }
        else
        {
            send(NodeMessage.Stored(key));
        }
    }

    private void TakeEarly(string key)
    {
        if (_running.TryGetValue(key, out var running) && _early.TryRemove(key, out var early) && early is not null)
        {
            Ended(running, early);
        }
    }

    private static void Ended(Running running, InstanceMessage message) => running.End.TrySetResult(message switch
    {
        InstanceMessage.Result m => new RunOutcome.Completed(m.Value),
        InstanceMessage.Failed m => new RunOutcome.Failed(m.Error, m.Retryable),
        _ => RunOutcome.Cancelled.Instance,
    });

    private static async Task CheckpointAsync(IRunChannel channel, JsonElement value)
    {
        try
        {
            await channel.CheckpointAsync(value).ConfigureAwait(false);
        }
        catch (ArgumentException e)
        {
            channel.Log(e.Message, "stderr");
        }
        catch (OperationCanceledException)
        {
            // The attempt is over.
        }
    }

    private static ProcessSpec Carried(string carry, InstanceSpec spec)
    {
        try
        {
            return (JsonSerializer.Deserialize(carry, InstanceJson.Default.InstanceCarry) ?? throw new JsonException()).Spec();
        }
        catch (Exception e) when (e is JsonException or OverflowException or ArgumentException)
        {
            // Another program answers there; the process itself knows its limits.
            return new ProcessSpec { Queue = spec.Queues.FirstOrDefault() ?? Ids.DefaultQueue };
        }
    }

    private sealed record Running(RunRequest Request, IRunChannel Channel)
    {
        public TaskCompletionSource<RunOutcome> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
