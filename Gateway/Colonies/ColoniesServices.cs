using Akka.Actor;
using Muster.Engine;
using Muster.Engine.Feeds;
using Muster.Gateway.Colonies.Crypto;
using Muster.Gateway.Colonies.Functions;
using Muster.Gateway.Colonies.Logs;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Processes;
using Muster.Persistence;
using Muster.Signatures;

namespace Muster.Gateway.Colonies;

/// <summary>What the handlers of the dialect work with.</summary>
/// <param name="System">The actor system.</param>
/// <param name="Store">The store.</param>
/// <param name="Gate">The way to processes.</param>
/// <param name="Drain">Whether this gateway is stopping.</param>
/// <param name="Options">Settings.</param>
/// <param name="Signatures">Says who signed.</param>
/// <param name="Directory">Who there is.</param>
/// <param name="Server">Who owns the server.</param>
/// <param name="Counters">The statistics of functions.</param>
/// <param name="Liveness">When executors were heard of last.</param>
/// <param name="Feed">Tells of transitions.</param>
/// <param name="Replays">Changes of identities that were carried out.</param>
internal sealed record ColoniesServices(
    ActorSystem System, IStore Store, ProcessGate Gate, DrainState Drain, ColoniesOptions Options, ISignatures Signatures, ColonyDirectory Directory, ServerOwner Server,
    FunctionCounters Counters, Liveness Liveness, IProcessFeed Feed, ReplayCache Replays)
{
    /// <summary>The time that all limits go by.</summary>
    public TimeProvider Clock => Store.Clock;

    /// <summary>Now, in whole milliseconds: as precise as what is kept.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(Clock.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The times of log messages.</summary>
    public LogTimes LogTimes { get; } = new();

    /// <summary>Processes as clients read them.</summary>
    public ProcessView View => new(Store, Directory);
}
