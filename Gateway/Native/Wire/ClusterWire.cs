using Muster.Engine.Inspection;
using Muster.Messages.Inspection;

namespace Muster.Gateway.Native.Wire;

/// <summary>A member of the cluster.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Roles">What it does there.</param>
/// <param name="Status">joining, weaklyup, up, leaving, exiting, down or removed.</param>
/// <param name="Reachable">Whether every member that watches it reaches it.</param>
/// <param name="Version">Of which version it is.</param>
/// <param name="Age">1 for the one that has been up longest; absent for one that is not up.</param>
/// <param name="Self">Whether it is the node that answers.</param>
public sealed record MemberWire(string Address, IReadOnlyList<string> Roles, string Status, bool Reachable, string Version, int? Age, bool Self);

/// <summary>The cluster as the node that answers sees it.</summary>
/// <param name="Self">The address of that node.</param>
/// <param name="Leader">The member that leads.</param>
/// <param name="RoleLeaders">Who leads among those of a role.</param>
/// <param name="Members">All members, by address.</param>
public sealed record ClusterWire(string Self, string? Leader, IReadOnlyDictionary<string, string> RoleLeaders, IReadOnlyList<MemberWire> Members)
{
    /// <summary>The wire form of what a member sees.</summary>
    public static ClusterWire Of(ClusterView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return new(view.Self, view.Leader, view.RoleLeaders, [.. view.Members.Select(m => new MemberWire(m.Address, m.Roles, m.Status, m.Reachable, m.Version, m.Age, m.Self))]);
    }
}

/// <summary>A change of the cluster.</summary>
public sealed record ClusterCommandWire
{
    /// <summary>The member, by its address or HOST:PORT.</summary>
    public string? Address { get; init; }

    /// <summary>The same again, so that nobody does it by mistake; for all unreachable ones the word "unreachable".</summary>
    public string? Confirm { get; init; }

    /// <summary>drain: how long running attempts may go on; default 10 minutes, at most a day.</summary>
    public TimeSpan? Deadline { get; init; }
}

/// <summary>Whether a node takes work from now on.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Work">working, draining or drained.</param>
public sealed record NodeWorkWire(string Node, string Work);

/// <summary>What was asked of the cluster; it comes about in the next seconds.</summary>
/// <param name="Action">leave, down or join.</param>
/// <param name="Addresses">The members.</param>
public sealed record ClusterDoneWire(string Action, IReadOnlyList<string> Addresses);

/// <summary>A change of the cluster, as the stream shows it.</summary>
/// <param name="At">When.</param>
/// <param name="What">joined, weaklyup, up, left, exited, downed, removed, unreachable, reachable, leader or role-leader.</param>
/// <param name="Address">The member.</param>
/// <param name="Roles">Its roles, or the role that it leads.</param>
public sealed record ClusterEventWire(DateTimeOffset At, string What, string? Address, IReadOnlyList<string> Roles);

/// <summary>How a node does.</summary>
public sealed record ClusterNodeWire
{
    /// <summary>Its address.</summary>
    public required string Address { get; init; }

    /// <summary>Why nothing is known of it; absent when it answers.</summary>
    public string? Problem { get; init; }

    /// <summary>The machine's name.</summary>
    public string? Machine { get; init; }

    /// <summary>The number of the process there.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Since when it runs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it has run.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>The versions of what it is made of.</summary>
    public IReadOnlyDictionary<string, string>? Versions { get; init; }

    /// <summary>How many processors it has.</summary>
    public int? Processors { get; init; }

    /// <summary>The memory of the process, in bytes.</summary>
    public long? WorkingSet { get; init; }

    /// <summary>The part of it that objects have, in bytes.</summary>
    public long? Heap { get; init; }

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan? ProcessorTime { get; init; }

    /// <summary>The threads of the pool.</summary>
    public int? Threads { get; init; }

    /// <summary>Its connections to other nodes.</summary>
    public IReadOnlyList<Association>? Associations { get; init; }

    /// <summary>The paths of the cluster singletons that live there.</summary>
    public IReadOnlyList<string>? Singletons { get; init; }

    /// <summary>The levels of loggers that were changed for a while.</summary>
    public IReadOnlyList<LevelChange>? Levels { get; init; }

    /// <summary>Whether it takes work: none, working, draining or drained.</summary>
    public string? Work { get; init; }

    /// <summary>The wire form of an answer.</summary>
    public static ClusterNodeWire Of(string address, NodeAnswer answer) => answer switch
    {
        NodeAnswer.Facts f => new()
        {
            Address = address,
            Machine = f.Machine,
            ProcessId = f.ProcessId,
            StartedAt = f.StartedAt,
            Uptime = f.Uptime,
            Versions = f.Versions,
            Processors = f.Processors,
            WorkingSet = f.WorkingSet,
            Heap = f.Heap,
            ProcessorTime = f.ProcessorTime,
            Threads = f.Threads,
            Associations = f.Associations,
            Singletons = f.Singletons,
            Levels = f.Levels,
            Work = f.Work,
        },
        NodeAnswer.Refused r => new() { Address = address, Problem = r.Why },
        _ => new() { Address = address, Problem = "It answered something else." },
    };
}

/// <summary>The nodes.</summary>
/// <param name="Items">By address.</param>
public sealed record ClusterNodeListWire(IReadOnlyList<ClusterNodeWire> Items);

/// <summary>The shards of one type on one node.</summary>
/// <param name="Node">The address of the node.</param>
/// <param name="Entities">How many entities are in memory there.</param>
/// <param name="Shards">The same by shard.</param>
/// <param name="Failed">Shards that did not answer.</param>
public sealed record RegionWire(string Node, int Entities, IReadOnlyDictionary<string, int> Shards, IReadOnlyList<string> Failed);

/// <summary>The shards of one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Regions">By node.</param>
public sealed record ShardTypeWire(string Type, IReadOnlyList<RegionWire> Regions);

/// <summary>The shards.</summary>
/// <param name="Items">By type.</param>
public sealed record ShardListWire(IReadOnlyList<ShardTypeWire> Items);

/// <summary>Where an entity lives.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Entity">Its id there.</param>
/// <param name="Shard">Its shard.</param>
/// <param name="Node">The node that has the shard; absent while nobody needed it.</param>
/// <param name="InMemory">Whether it is in memory there; else it is in the store only.</param>
public sealed record PlaceWire(string Type, string Entity, string Shard, string? Node, bool InMemory);

/// <summary>The actors of a node.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Paths">Their paths, sorted.</param>
/// <param name="Cut">Whether there are more than are told.</param>
public sealed record ActorsWire(string Node, IReadOnlyList<string> Paths, bool Cut);

/// <summary>The settings in force of a node.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Values">The values by name; secrets are masked.</param>
public sealed record SettingsWire(string Node, IReadOnlyDictionary<string, string> Values);

/// <summary>A line that a node has logged.</summary>
public sealed record NodeLogWire(string Node, DateTimeOffset At, string Level, string Logger, int Event, string Text);

/// <summary>Lines that nodes have logged.</summary>
/// <param name="Items">The oldest first.</param>
public sealed record NodeLogListWire(IReadOnlyList<NodeLogWire> Items);

/// <summary>Log more, or less, for a while.</summary>
public sealed record LogLevelWire
{
    /// <summary>The beginning of the names of loggers; all that have no level of their own when absent.</summary>
    public string? Logger { get; init; }

    /// <summary>trace, debug, information, warning, error, critical or none.</summary>
    public string? Level { get; init; }

    /// <summary>How long, at most a day; default 10 minutes.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>On which member; on all when absent.</summary>
    public string? Node { get; init; }
}

/// <summary>What became of a change of levels on a node.</summary>
/// <param name="Node">Its address.</param>
/// <param name="Change">The change; absent when it was refused.</param>
/// <param name="Problem">Why it was refused.</param>
public sealed record LevelOfNodeWire(string Node, LevelChange? Change, string? Problem);

/// <summary>What became of a change of levels.</summary>
/// <param name="Items">By node.</param>
public sealed record LevelListWire(IReadOnlyList<LevelOfNodeWire> Items);
