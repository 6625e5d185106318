using Akka.Actor;
using Akka.Persistence;

namespace Muster.Tests.Store.Making;

/// <summary>An entity that replays what stands in the journal, persists what it is told, and keeps snapshots when asked.</summary>
public sealed class Listener(string persistenceId, bool snapshots) : UntypedPersistentActor
{
    private readonly List<object> _replayed = [];

    /// <inheritdoc />
    public override string PersistenceId => persistenceId;

    /// <inheritdoc />
    public override Recovery Recovery => snapshots ? Recovery.Default : new Recovery(SnapshotSelectionCriteria.None);

    /// <summary>Makes one.</summary>
    public static Props Props(string persistenceId, bool snapshots = false) => Akka.Actor.Props.Create(() => new Listener(persistenceId, snapshots));

    /// <inheritdoc />
    protected override void OnRecover(object message)
    {
        if (message is not RecoveryCompleted)
        {
            _replayed.Add(message);
        }
    }

    /// <inheritdoc />
    protected override void OnCommand(object message)
    {
        var sender = Sender;
        switch (message)
        {
            case WhatWasReplayed:
                sender.Tell(_replayed.ToArray());
                break;
            case Keep keep:
                Become(m =>
                {
                    if (m is SaveSnapshotSuccess or SaveSnapshotFailure)
                    {
                        sender.Tell(m);
                        UnbecomeStacked();
                    }
                });
                SaveSnapshot(keep.Snapshot);
                break;
            default:
                Persist(message, m => sender.Tell(m));
                break;
        }
    }

    /// <summary>Asks for what came at its recovery.</summary>
    public sealed record WhatWasReplayed : INoSerializationVerificationNeeded;

    /// <summary>Asks for a snapshot.</summary>
    public sealed record Keep(object Snapshot) : INoSerializationVerificationNeeded;
}
