using System.Runtime.InteropServices;
using System.Text.Json;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>What an executor says of the process that it holds.</summary>
internal static class AttemptMessages
{
    public static void AddTo(MessageTable table) => table
        .On("setoutputmsg", SetOutputAsync)
        .On("closesuccessfulmsg", CloseSuccessfulAsync)
        .On("closefailedmsg", CloseFailedAsync);

    private static async Task<ColoniesReply> SetOutputAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfProcess>();
        var found = await FoundProcess.NeedAsync(call, wire.ProcessId, missing: 500).ConfigureAwait(false);
        var attempt = found.NeedAttempt();
        if (Output(wire) is { } output)
        {
            Refusals.Need(
                await call.Services.Gate.SendAsync(
                    new ProcessCommand.Heartbeat { Process = found.Id, CommandId = Fresh(), By = found.Member.Name, Attempt = attempt, Checkpoint = output }, call.Cancel).ConfigureAwait(false),
                conflict: 403);
        }

        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> CloseSuccessfulAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfProcess>();
        var found = await FoundProcess.NeedAsync(call, wire.ProcessId, missing: 500).ConfigureAwait(false);
        found.NeedAssignee();
        if (found.Row.Status == ProcessStatus.Succeeded)
        {
            // Said twice: the first time stays.
            return ColoniesReply.Empty;
        }

        NeedOpen(found);
        var output = Output(wire) ?? await call.Services.Store.Read.CheckpointAsync(found.Id, call.Cancel).ConfigureAwait(false);
        Refusals.Need(await call.Services.Gate.SendAsync(
            new ProcessCommand.Complete
            {
                Process = found.Id,
                CommandId = $"close-{found.Row.Attempt}",
                By = found.Member.Name,
                Attempt = found.Row.Attempt,
                Result = output,
                ResultHash = ResultHash.Of(output),
            }, call.Cancel).ConfigureAwait(false));
        if (found.Row.StartedAt is { } started)
        {
            call.Services.Counters.Count(found.Id.Namespace, found.Member.Name, found.Row.Func, started - found.Row.CreatedAt, call.Services.Now - started);
        }

        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> CloseFailedAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfProcess>();
        var found = await FoundProcess.NeedAsync(call, wire.ProcessId, missing: 500).ConfigureAwait(false);
        found.NeedAssignee();
        NeedOpen(found);
        var errors = wire.Errors ?? [];
        Sizes.Need(errors.Sum(e => e.Length), Sizes.Work, "list of errors");
        var reason = errors.Count == 0 ? "Closed as failed." : string.Join("; ", errors);
        var output = ProcessView.List(await call.Services.Store.Read.CheckpointAsync(found.Id, call.Cancel).ConfigureAwait(false));
        Refusals.Need(await call.Services.Gate.SendAsync(
            new ProcessCommand.Fail
            {
                Process = found.Id,
                CommandId = $"close-{found.Row.Attempt}",
                By = found.Member.Name,
                Attempt = found.Row.Attempt,
                Error = Sizes.Shortened(reason),
                // Only what runs too long is tried again.
                Retryable = false,
                Result = ColoniesJson.Element(new FailedWire(errors, output)),
            }, call.Cancel).ConfigureAwait(false));
        return ColoniesReply.Empty;
    }

    // None, or an empty one, changes nothing.
    private static JsonElement? Output(Requests.OfProcess wire)
    {
        if (wire.Out is not { Count: > 0 } said)
        {
            return null;
        }

        var output = ColoniesJson.Element(said);
        Sizes.Need(JsonMarshal.GetRawUtf8Value(output).Length, Sizes.Work, "output");
        return output;
    }

    private static void NeedOpen(FoundProcess found)
    {
        if (found.Row.Status.IsFinal())
        {
            throw new ColoniesException(400, $"The process has {found.Row.Status.ToString().ToLowerInvariant()} already.");
        }
    }

    private static string Fresh() => Guid.NewGuid().ToString("N");

    private sealed record FailedWire(IReadOnlyList<string> Errors, IReadOnlyList<JsonElement> Out);
}
