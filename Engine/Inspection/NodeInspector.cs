using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Remote;
using Muster.Messages.Inspection;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Muster.Engine.Inspection;

/// <summary>Answers what is asked of its node. There is one on every member.</summary>
internal sealed class NodeInspector : UntypedActor, IWithTimers
{
    /// <summary>Its name on every member.</summary>
    public const string Name = "inspector";

    private static readonly TimeSpan RegionLimit = TimeSpan.FromSeconds(2);

    private readonly InspectorSetup _setup;
    private readonly TimeProvider _clock;
    private readonly AssociationBook _associations = new();

    public NodeInspector(InspectorSetup setup, TimeProvider clock)
    {
        _setup = setup;
        _clock = clock;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(InspectorSetup setup, TimeProvider clock) => Akka.Actor.Props.Create(() => new NodeInspector(setup, clock));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(RemotingLifecycleEvent));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RemotingLifecycleEvent m:
                _associations.Note(m, _clock.GetUtcNow());
                break;
            case NodeQuestion.Facts:
                Sender.Tell(Facts());
                break;
            case NodeQuestion.Actors m:
                Sender.Tell(ActorTree.Below(Context.System, m.Path, m.Depth) is { } tree
                    ? new NodeAnswer.Actors { Paths = tree.Paths, Cut = tree.Cut }
                    : Refused($"There is no actor {m.Path} on {Here}. 'actor hierarchy' shows those that there are."));
                break;
            case NodeQuestion.Logs m:
                Sender.Tell(Logs(m));
                break;
            case NodeQuestion.Level m:
                Sender.Tell(Level(m));
                break;
            case NodeQuestion.Settings m:
                Sender.Tell(Settings(m.Path));
                break;
            case NodeQuestion.Find m:
                Find(m);
                break;
            case NodeQuestion.Drain or NodeQuestion.Undrain when NodeWork.Of(Context.System).Pools is { } pools:
                pools.Forward(message);
                break;
            case NodeQuestion.Drain or NodeQuestion.Undrain:
                Sender.Tell(Refused($"The node on {Here} runs no processes, so there is nothing to drain."));
                break;
            case LevelOver:
                EndLevels();
                break;
        }
    }

    private static string Here => Environment.MachineName;

    private static NodeAnswer.Refused Refused(string why) => new() { Why = why };

    private static string VersionOf(Type type) => VersionText.Of(type.Assembly);

    private NodeAnswer.Facts Facts()
    {
        using var process = Process.GetCurrentProcess();
        var now = _clock.GetUtcNow();
        var uptime = TimeSpan.FromSeconds(Math.Floor(Context.System.Uptime.TotalSeconds));
        return new NodeAnswer.Facts
        {
            Machine = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            StartedAt = now - uptime,
            Uptime = uptime,
            Versions = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string>
            {
                ["muster"] = VersionOf(typeof(NodeInspector)),
                ["akka"] = VersionOf(typeof(ActorSystem)),
                ["dotnet"] = Environment.Version.ToString(),
                ["system"] = RuntimeInformation.OSDescription,
            }),
            Processors = Environment.ProcessorCount,
            WorkingSet = process.WorkingSet64,
            Heap = GC.GetTotalMemory(forceFullCollection: false),
            ProcessorTime = process.TotalProcessorTime,
            Threads = ThreadPool.ThreadCount,
            Associations = _associations.All,
            Singletons = ActorTree.Singletons(Context.System),
            Levels = _setup.Levels?.Changes ?? [],
            Work = NodeWork.Of(Context.System).State,
        };
    }

    private NodeAnswer Logs(NodeQuestion.Logs question)
    {
        if (_setup.Tail is not { } tail)
        {
            return Refused($"The node on {Here} keeps no log lines.");
        }

        var (lines, last) = tail.After(question.After, question.Max);
        return new NodeAnswer.Logs { Lines = [.. lines], Last = last };
    }

    private NodeAnswer Level(NodeQuestion.Level question)
    {
        if (_setup.Levels is not { } levels)
        {
            return Refused($"The levels of the node on {Here} cannot be changed.");
        }

        if (!Enum.TryParse<LogLevel>(question.Minimum, ignoreCase: true, out var level) || !char.IsAsciiLetter(question.Minimum[0]))
        {
            return Refused($"There is no level '{question.Minimum}'. Known are: trace, debug, information, warning, error, critical, none.");
        }

        var change = new LevelChange(question.Logger, level.ToString().ToLowerInvariant(), _clock.GetUtcNow() + question.For);
        levels.Set(change);
        LetActorsSpeak();
        Timers.StartSingleTimer(question.Logger, LevelOver.Instance, question.For);
        return new NodeAnswer.Level { Change = change };
    }

    private void EndLevels()
    {
        _setup.Levels!.End(_clock.GetUtcNow());
        LetActorsSpeak();
    }

    // Akka decides for itself before a logger is asked.
    private void LetActorsSpeak()
    {
        var standard = Logging.LogLevelFor(Context.System.Settings.LogLevel);
        var wanted = _setup.Levels!.Changes.Any(c => c.Minimum is "trace" or "debug") ? Akka.Event.LogLevel.DebugLevel : standard;
        Context.System.EventStream.SetLogLevel(wanted < standard ? wanted : standard);
    }

    private NodeAnswer Settings(string path)
    {
        if (path.Length > 0)
        {
            return SettingsView.Of(Context.System, path) is { } values
                ? new NodeAnswer.Settings { Values = values }
                : Refused($"There is no setting '{path}'. Ask for 'akka' to see all of them.");
        }

        return new NodeAnswer.Settings { Values = _setup.Settings.ToImmutableSortedDictionary(s => s.Key, s => SettingsView.Shown(s.Key, s.Value), StringComparer.Ordinal) };
    }

    private void Find(NodeQuestion.Find question)
    {
        IActorRef region;
        try
        {
            region = Regions.Of(Context.System).Of(question.Type);
        }
        catch (ArgumentException)
        {
            Sender.Tell(new NodeAnswer.Find { IsHere = false });
            return;
        }

        region.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, RegionLimit).PipeTo(
            Sender,
            Self,
            state => new NodeAnswer.Find { IsHere = state.Shards.Any(s => s.EntityIds.Contains(question.Entity)) },
            e => Refused(string.Create(CultureInfo.InvariantCulture, $"The shards on {Here} do not answer: {e.Message}")));
    }

    private sealed class LevelOver : INoSerializationVerificationNeeded
    {
        public static readonly LevelOver Instance = new();
    }
}
