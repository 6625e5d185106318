using System.Text.Json;
using Muster.Engine.Channels;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Channels;

namespace Muster.Gateway.Colonies.Channels;

/// <summary>Channels: by these the one who submitted a process and its executor talk while it is not final.</summary>
internal static class ChannelMessages
{
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal) { "data", "end", "error" };

    public static void AddTo(MessageTable table) => table
        .On("channelappendmsg", AppendAsync)
        .On("channelreadmsg", ReadAsync);

    /// <summary>The process, when the caller may use its channels: he submitted it, or it is assigned to him.</summary>
    /// <exception cref="ColoniesException">He may not, or there is no such process.</exception>
    public static async Task<FoundProcess> NeedPartyAsync(ColoniesCall call, string processId)
    {
        var found = await FoundProcess.NeedAsync(call, processId, missing: 404).ConfigureAwait(false);
        var isSubmitter = ProcessView.Initiator(found.Row.CreatedBy).Id == call.Signer;
        var isAssignee = found.Member.Executor is not null && found.Row.Status == Muster.Messages.Processes.ProcessStatus.Running && found.Row.Executor == found.Member.Name;
        return isSubmitter || isAssignee
            ? found
            : throw new ColoniesException(403, "Access denied, only the one who submitted a process and its executor use its channels.");
    }

    /// <summary>The exception for a refusal.</summary>
    public static ColoniesException Refused(Problem problem, string message) => new(
        problem switch
        {
            Problem.NotFound or Problem.Conflict => 404,
            Problem.Busy => 503,
            Problem.Damaged => 500,
            _ => 400,
        },
        message);

    private static async Task<ColoniesReply> AppendAsync(ColoniesCall call)
    {
        var wire = call.Read<AppendWire>();
        var found = await NeedPartyAsync(call, wire.ProcessId).ConfigureAwait(false);
        if (wire.PayloadType.Length > 0 && !Types.Contains(wire.PayloadType))
        {
            throw new ColoniesException(400, $"There is no payloadtype '{wire.PayloadType}': data, end or error.");
        }

        var reply = await new ChannelGate(call.Services.System).AppendAsync(
            new ChannelCommand.Append
            {
                Process = found.Id,
                Name = wire.Name,
                Sender = call.Signer,
                Sequence = wire.Sequence,
                InReplyTo = wire.InReplyTo == 0 ? null : wire.InReplyTo,
                Type = wire.PayloadType.Length == 0 ? ChannelEntry.PlainType : wire.PayloadType,
                Payload = Bytes(wire.Payload),
            }, call.Cancel).ConfigureAwait(false);
        return reply is ChannelReply.Refused refused ? throw Refused(refused.Problem, refused.Message) : ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> ReadAsync(ColoniesCall call)
    {
        var wire = call.Read<ReadWire>();
        var found = await NeedPartyAsync(call, wire.ProcessId).ConfigureAwait(false);
        if (wire.AfterSeq < 0 || wire.Limit < 0)
        {
            throw new ColoniesException(400, "afterseq and limit are not negative.");
        }

        return await new ChannelGate(call.Services.System).ReadAsync(found.Id, wire.Name, wire.AfterSeq, wire.Limit, call.Cancel).ConfigureAwait(false) switch
        {
            ChannelReply.Entries entries => new ColoniesReply(entries.Items.Select(ChannelEntryWire.Of).ToList()),
            ChannelReply.Refused refused => throw Refused(refused.Problem, refused.Message),
            _ => throw new ColoniesException(500, "The channel gave an answer that is not known."),
        };
    }

    // Some clients send text in base64, some a list of numbers.
    private static byte[] Bytes(JsonElement? payload)
    {
        try
        {
            return payload switch
            {
                null or { ValueKind: JsonValueKind.Null } => [],
                { ValueKind: JsonValueKind.String } text => text.GetBytesFromBase64(),
                { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(n => n.GetByte())],
                _ => throw new FormatException(),
            };
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new ColoniesException(400, "The payload is a text in base64, or a list of numbers from 0 to 255.");
        }
    }

    private sealed record AppendWire
    {
        public string ProcessId { get; init; } = "";

        public string Name { get; init; } = "";

        public long Sequence { get; init; }

        public long InReplyTo { get; init; }

        public JsonElement? Payload { get; init; }

        public string PayloadType { get; init; } = "";
    }

    private sealed record ReadWire
    {
        public string ProcessId { get; init; } = "";

        public string Name { get; init; } = "";

        public long AfterSeq { get; init; }

        public int Limit { get; init; }
    }
}
