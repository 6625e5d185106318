using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Muster.Engine;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Runtime.Pool;

/// <summary>What an attempt says to its process: the commands, their ids, and the repetition until they are answered.</summary>
/// <param name="id">The attempt.</param>
/// <param name="executor">Who runs it.</param>
/// <param name="gate">The way to the process.</param>
/// <param name="clock">The time.</param>
/// <param name="poolGone">Ends when nobody is left to hear an answer.</param>
internal sealed class AttemptLine(AttemptRef id, string executor, IProcessGate gate, TimeProvider clock, CancellationToken poolGone)
{
    /// <summary>Longest error text, in characters.</summary>
    private const int ErrorLimit = 8_192;

    /// <summary>A result must fit into one message between nodes (2 MiB) as it is written there.</summary>
    private const int ResultLimit = 1_792 * 1024;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private long _said;

    /// <summary>Whether the answer only says that it should be asked again.</summary>
    public static bool IsForLater(ProcessReply reply) => reply is ProcessReply.Refused { Problem: Problem.Busy or Problem.StorageFull or Problem.TooMuch };

    public ProcessCommand.Heartbeat Heartbeat() => new() { Process = id.Process, Attempt = id.Attempt, CommandId = NextId("heartbeat") };

    public ProcessCommand.Heartbeat Checkpoint(JsonElement checkpoint) => new() { Process = id.Process, Attempt = id.Attempt, CommandId = NextId("checkpoint"), Checkpoint = checkpoint };

    public ProcessCommand.Progress Progress(double? fraction, string? message) =>
        new() { Process = id.Process, Attempt = id.Attempt, CommandId = NextId("progress"), Fraction = fraction, Message = message };

    public ProcessCommand.AppendLog Log(ImmutableArray<LogLine> lines) => new() { Process = id.Process, Attempt = id.Attempt, CommandId = NextId("log"), Lines = lines };

    public ProcessCommand.Release Release(string reason) => new() { Process = id.Process, Attempt = id.Attempt, CommandId = EndId("release"), By = executor, Reason = reason };

    /// <summary>The command that tells how the work ended.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="stopReason">Why it was told to stop; null when it was not.</param>
    public ProcessCommand.OfAttempt End(RunOutcome outcome, string? stopReason) => outcome switch
    {
        RunOutcome.Completed { Result: var result } => Complete(result),
        RunOutcome.GivenBack { Reason: var reason } => Release(reason),

        // Work that was told to stop may fail of it; that is not its fault.
        RunOutcome.Failed failed when stopReason is null || !failed.Retryable => Fail(failed.Error, failed.Retryable),
        _ => stopReason is null ? Fail("The work stopped by itself.", retryable: true) : Release(stopReason),
    };

    /// <summary>Sends a command once through the gate; a gate that fails is a cluster that does not answer.</summary>
    /// <exception cref="OperationCanceledException">The pool is gone.</exception>
    public async Task<ProcessReply> AskAsync(ProcessCommand command)
    {
        try
        {
            return await gate.SendAsync(command, poolGone).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !poolGone.IsCancellationRequested)
        {
            return new ProcessReply.Refused { Process = id.Process, Problem = Problem.Busy, Message = e.Message };
        }
    }

    /// <summary>Repeats a command until the process itself has answered; the gate alone gives up after half a minute.</summary>
    /// <param name="command">The command, the same in every repetition.</param>
    /// <param name="pointless">Says that an answer is of no use any more.</param>
    /// <exception cref="OperationCanceledException">The pool is gone.</exception>
    public async Task<ProcessReply> SendAsync(ProcessCommand command, Func<bool>? pointless = null)
    {
        var wait = FirstWait;
        while (true)
        {
            var reply = await AskAsync(command).ConfigureAwait(false);
            if (!IsForLater(reply) || pointless?.Invoke() == true)
            {
                return reply;
            }

            await Task.Delay(wait, clock, poolGone).ConfigureAwait(false);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private ProcessCommand.OfAttempt Complete(JsonElement? result)
    {
        var size = SizeOf(result);
        if (size > ResultLimit)
        {
            return Fail($"The result has {size} bytes, and at most {ResultLimit} can be kept. Put it into a file and return its name.", retryable: false);
        }

        return new ProcessCommand.Complete
        {
            Process = id.Process,
            Attempt = id.Attempt,
            CommandId = EndId("complete"),
            By = executor,
            Result = result,
            ResultHash = ResultHash.Of(result),
        };
    }

    private ProcessCommand.Fail Fail(string error, bool retryable) => new()
    {
        Process = id.Process,
        Attempt = id.Attempt,
        CommandId = EndId("fail"),
        By = executor,
        Error = error.Length <= ErrorLimit ? error : error[..ErrorLimit] + "...",
        Retryable = retryable,
    };

    private static int SizeOf(JsonElement? result)
    {
        if (result is not { ValueKind: not JsonValueKind.Undefined } json)
        {
            return 0;
        }

        // Written anew, a character can take six bytes; only what may be too large is measured exactly.
        var raw = JsonMarshal.GetRawUtf8Value(json).Length;
        return raw <= ResultLimit / 6 ? raw : Math.Max(raw, JsonSerializer.SerializeToUtf8Bytes(json).Length);
    }

    // An attempt ends once, so its number is enough; it is the same in every repetition.
    private string EndId(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}-{id.Attempt}");

    private string NextId(string what) => string.Create(CultureInfo.InvariantCulture, $"{what}-{id.Attempt}-{Interlocked.Increment(ref _said)}");
}
