using System.Collections.Frozen;
using Muster.Gateway.Colonies.Channels;
using Muster.Gateway.Colonies.Messages;
using Muster.Gateway.Colonies.Schedules;
using Muster.Gateway.Colonies.Workflows;

namespace Muster.Gateway.Colonies;

/// <summary>Every message and who answers it.</summary>
internal sealed class MessageTable
{
    /// <summary>Answers a message.</summary>
    internal delegate Task<ColoniesReply> Handler(ColoniesCall call);

    private readonly Dictionary<string, Handler> _handlers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsigned = new(StringComparer.Ordinal);

    private MessageTable()
    {
    }

    /// <summary>The messages of release 1.9.12.</summary>
    public static MessageTable Create()
    {
        var table = new MessageTable();
        ServerMessages.AddTo(table);
        ColonyMessages.AddTo(table);
        UserMessages.AddTo(table);
        ExecutorMessages.AddTo(table);
        FunctionMessages.AddTo(table);
        ProcessMessages.AddTo(table);
        ListMessages.AddTo(table);
        AssignMessages.AddTo(table);
        AttemptMessages.AddTo(table);
        AttributeMessages.AddTo(table);
        WorkflowMessages.AddTo(table);
        CronMessages.AddTo(table);
        GeneratorMessages.AddTo(table);
        ChannelMessages.AddTo(table);
        LogMessages.AddTo(table);
        LocationMessages.AddTo(table);
        FileMessages.AddTo(table);
        SnapshotMessages.AddTo(table);
        BlueprintDefinitionMessages.AddTo(table);
        BlueprintMessages.AddTo(table);
        return table;
    }

    /// <summary>The names of all messages.</summary>
    public FrozenSet<string> Names => _handlers.Keys.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Adds a message.</summary>
    public MessageTable On(string payloadType, Handler handler)
    {
        _handlers.Add(payloadType, handler);
        return this;
    }

    /// <summary>Adds a message that needs no signature.</summary>
    public MessageTable OnUnsigned(string payloadType, Handler handler)
    {
        _unsigned.Add(payloadType);
        return On(payloadType, handler);
    }

    /// <summary>Who answers a message; null when it is not known.</summary>
    public Handler? Find(string payloadType) => _handlers.GetValueOrDefault(payloadType);

    /// <summary>Whether a message needs no signature.</summary>
    public bool IsUnsigned(string payloadType) => _unsigned.Contains(payloadType);
}
