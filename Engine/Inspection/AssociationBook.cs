using System.Collections.Immutable;
using Akka.Actor;
using Akka.Remote;
using Muster.Messages.Inspection;

namespace Muster.Engine.Inspection;

/// <summary>What has become of the connections of a node to others; Akka tells of changes only, so somebody has to remember.</summary>
internal sealed class AssociationBook
{
    /// <summary>Nodes come and go under new ports; the oldest are forgotten.</summary>
    private const int Kept = 256;

    private readonly Dictionary<(string Remote, bool Inbound), Association> _known = [];

    /// <summary>All, by address.</summary>
    public ImmutableArray<Association> All => [.. _known.Values.OrderBy(a => a.Remote, StringComparer.Ordinal).ThenBy(a => a.Inbound)];

    /// <summary>Writes down what was told.</summary>
    public void Note(RemotingLifecycleEvent told, DateTimeOffset now)
    {
        switch (told)
        {
            case AssociatedEvent m:
                Put(m.RemoteAddress, m.IsInbound, "associated", null, now);
                break;
            case DisassociatedEvent m:
                Put(m.RemoteAddress, m.IsInbound, "disassociated", null, now);
                break;
            case AssociationErrorEvent { RemoteAddress: not null } m:
                Put(m.RemoteAddress, m.IsInbound, "failed", m.Cause.Message, now);
                break;
            case QuarantinedEvent m:
                Put(m.Address, false, "quarantined", null, now);
                break;
        }
    }

    private void Put(Address remote, bool inbound, string state, string? error, DateTimeOffset now)
    {
        _known[(remote.ToString(), inbound)] = new Association(remote.ToString(), inbound, state, now, error);
        if (_known.Count > Kept)
        {
            _known.Remove(_known.MinBy(k => k.Value.Since).Key);
        }
    }
}
