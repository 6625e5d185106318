using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Muster.Messages;
using Muster.Messages.Channels;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Engine.Channels;

/// <summary>The channels of one process, in memory. Each question looks at the row of the process first, so that nothing is taken or given once it is final.</summary>
internal sealed class ChannelActor : UntypedActor, IWithTimers
{
    private readonly ProcessId _id;
    private readonly EngineContext _engine;
    private readonly ChannelMemory _memory;
    private readonly Dictionary<IActorRef, HashSet<string>> _followers = [];
    private readonly long _start;
    private ImmutableArray<string>? _names;
    private ChannelBook? _book;
    private bool _isUsed;

    public ChannelActor(ProcessId id, EngineContext engine, ChannelMemory memory)
    {
        _id = id;
        _engine = engine;
        _memory = memory;
        _start = engine.Clock.GetTimestamp();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string entityId, EngineContext engine, ChannelMemory memory) =>
        EntityProps<ChannelActor>.Of(() => new ChannelActor(ProcessId.Parse(entityId), engine, memory));

    protected override void PreStart() => Timers.StartPeriodicTimer("sweep", Sweep.Instance, _engine.Options.ChannelSweep);

    protected override void PostStop() => _book?.Clear();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ChannelCommand c:
                _isUsed = true;
                var sender = Sender;
                LookAsync().PipeTo(Self, sender, success: process => new Looked(c, process), failure: e => new NotLooked(c, e.Message));
                break;
            case Looked m:
                Answer(m);
                break;
            case NotLooked { Command: { } c } m:
                Sender.Tell(Refused(c.Name, Problem.Busy, $"The store does not answer now: {m.Reason} Send it again in a moment."));
                break;
            case Sweep:
                LookAgain();
                break;
            case Terminated m:
                _followers.Remove(m.ActorRef);
                break;
        }
    }

    private void LookAgain()
    {
        if (_followers.Count > 0 || _book is { IsEmpty: false })
        {
            LookAsync().PipeTo(Self, success: process => new Looked(null, process), failure: e => new NotLooked(null, e.Message));
        }
        else if (!_isUsed)
        {
            Context.Parent.Tell(new Passivate(PoisonPill.Instance));
        }

        _isUsed = false;
    }

    // A spec never changes, so it is read once.
    private async Task<Process> LookAsync()
    {
        var known = _names is not null;
        var row = await _engine.Store.Read.FindAsync(_id).ConfigureAwait(false);
        var spec = row is null || known ? null : await _engine.Store.Read.SpecAsync(_id).ConfigureAwait(false);
        return new Process(row, spec);
    }

    private void Answer(Looked m)
    {
        var row = m.Process.Row;
        if (row is null || row.Status.IsFinal())
        {
            End(row is null ? $"There is no process {_id}." : $"The process {_id} is {row.Status.ToString().ToLowerInvariant()}; its channels ended with it.", m.Command);
            return;
        }

        _names ??= m.Process.Spec?.Channels ?? [];
        _book ??= new ChannelBook(_id, _names, Guid.NewGuid().ToString("N"), _memory);
        switch (m.Command)
        {
            case ChannelCommand.Append c:
                Append(c, _book);
                break;
            case ChannelCommand.Read c:
                Sender.Tell(_book.Read(c));
                break;
            case ChannelCommand.Follow c:
                Follow(c, _book);
                break;
        }
    }

    private void Append(ChannelCommand.Append c, ChannelBook book)
    {
        var before = book.Count(c.Name);
        Sender.Tell(book.Append(c, _engine.Clock.GetUtcNow(), _engine.Clock.GetElapsedTime(_start)));
        if (book.Count(c.Name) > before)
        {
            var grown = book.Follow(c.Name);
            foreach (var (follower, _) in _followers.Where(f => f.Value.Contains(c.Name)))
            {
                follower.Tell(grown);
            }
        }
    }

    private void Follow(ChannelCommand.Follow c, ChannelBook book)
    {
        var follower = c.Follower.Ref;
        var reply = book.Follow(c.Name);
        if (reply is ChannelReply.Grown)
        {
            if (!_followers.TryGetValue(follower, out var names))
            {
                _followers.Add(follower, names = new HashSet<string>(StringComparer.Ordinal));
                Context.Watch(follower);
            }

            names.Add(c.Name);
        }

        follower.Tell(reply);
    }

    private void End(string why, ChannelCommand? asked)
    {
        foreach (var (follower, names) in _followers)
        {
            Context.Unwatch(follower);
            foreach (var name in names)
            {
                follower.Tell(Refused(name, Problem.NotFound, why));
            }
        }

        _followers.Clear();
        _book?.Clear();
        _book = null;
        if (asked is not null)
        {
            var to = asked is ChannelCommand.Follow follow ? follow.Follower.Ref : Sender;
            to.Tell(Refused(asked.Name, Problem.NotFound, why));
        }
    }

    private ChannelReply.Refused Refused(string name, Problem problem, string why) => new() { Process = _id, Name = name, Problem = problem, Message = why };

    private sealed record Process(ProcessRow? Row, ProcessSpec? Spec);

    private sealed record Looked(ChannelCommand? Command, Process Process) : INoSerializationVerificationNeeded;

    private sealed record NotLooked(ChannelCommand? Command, string Reason) : INoSerializationVerificationNeeded;

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}
