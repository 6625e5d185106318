using Akka.Actor;
using Muster.Engine.Clocks;
using Muster.Engine.Processes;
using Muster.Engine.Queues;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Tests.Unit.Simulation;

/// <summary>The core node: what stands beside processes and queues. Their actors are thin; their loops are played here over the same rules.</summary>
internal sealed class Core(Simulation world)
{
    private const int ReadDueEvery = 30_000;
    private const int ReadOverdueAfter = 2_000;
    private const int SweepWait = 200;
    private const int ReadAgainAfter = 1_000;

    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(60);

    private ChildBook _children = new();
    private DueTimes<ProcessId> _due = new();
    private DateTimeOffset? _rings;
    private long _dueReads;
    private int _occasions;

    /// <summary>Rises with every start; what an earlier one has begun ends nowhere.</summary>
    public long Life { get; private set; }

    public bool IsUp { get; private set; }

    public DispatcherEntity Dispatcher { get; private set; } = null!;

    public void Start()
    {
        IsUp = true;
        Life++;
        _due = new DueTimes<ProcessId>();
        _rings = null;
        _children = new ChildBook();
        Dispatcher = new DispatcherEntity(world, world.NextNumber());
        ReadDue();
        LookForEnded();
        SweepParents();
    }

    /// <summary>The node is gone, without a word.</summary>
    public void Crash()
    {
        world.Trace.Note("the core node crashes");
        IsUp = false;
        Life++;
        world.Journal.Crash();
        world.Processes.CrashAll();
        world.Queues.CrashAll();
        Dispatcher.End(quietly: true);
    }

    public void RestartDispatcher(bool quietly)
    {
        world.Trace.Note("the dispatcher ends");
        var gone = Dispatcher;
        gone.End(quietly);
        Dispatcher = new DispatcherEntity(world, world.NextNumber());
        foreach (var queue in world.Queues.Entities.ToList())
        {
            world.Schedule.After(world.Faults.Delay(), () => queue.DispatcherDied(gone.Self));
        }
    }

    /// <summary>A member of the cluster is removed: what it held is lost.</summary>
    public void Removed(string demand)
    {
        if (IsUp)
        {
            world.Trace.Note("removed from the cluster, with its demand:", demand);
            Dispatcher.Lost(demand);
            Read(() => world.Table.RunningOfDemand(demand).Select(r => (r.Id, r.Attempt)).ToList(), rows => Tell(rows.Select(r => new ProcessCommand.WorkerLost
            {
                Process = r.Id,
                CommandId = $"worker-lost-{r.Attempt}",
                Attempt = r.Attempt,
                Reason = "Its node left the cluster.",
            })));
        }
    }

    /// <summary>A process that leaves memory is to be woken.</summary>
    public void Due(ProcessId id, DateTimeOffset at)
    {
        if (at < world.Schedule.Now + Ahead)
        {
            _due.Add(id, at);
            Arm();
        }
    }

    public void Finished(ProcessId id)
    {
        _children.Finished(id);
        ReadChildren();
    }

    public void Reopened(ProcessId id)
    {
        _children.Reopened(id);
        ReadChildren();
    }

    /// <summary>A queue has demand and nothing to offer.</summary>
    public void Sweep(QueueId queue) => Later(SweepWait, () => Read(() => world.Table.AnyWaiting(queue), found =>
    {
        if (found)
        {
            world.Queues.DeliverIfAlive(queue, QueueSweep.Found.Instance);
        }
    }));

    private void SweepParents()
    {
        Later((int)world.Options.ParentSweep.TotalMilliseconds, () =>
        {
            Read(() => world.Table.Unheld(world.Schedule.Now), ids => Tell(ids.Select(id => new ProcessSignal.LookAtParents { Process = id })));
            LookForEnded();
            SweepParents();
        });
    }

    private void LookForEnded()
    {
        if (_children.ShouldLook)
        {
            Read(world.Table.EndedByRetriedParents, rows =>
            {
                _children.Looked();
                Tell(ChildWords.OfReopened(rows, $"{++_occasions}"));
            });
        }
    }

    private void ReadDue() => Read(
        () => world.Table.Due(world.Schedule.Now + Ahead).Select(r => (r.Id, At: r.NextDeadline!.Value)).ToList(),
        rows =>
        {
            rows.ForEach(r => _due.Add(r.Id, r.At));
            ReadDueAfter(rows.Count > 0 && rows[0].At <= world.Schedule.Now ? ReadOverdueAfter : ReadDueEvery);
            Arm();
        },
        () => ReadDueAfter(ReadOverdueAfter));

    // The last word on the next read counts.
    private void ReadDueAfter(int wait)
    {
        var read = ++_dueReads;
        Later(wait, () =>
        {
            if (read == _dueReads)
            {
                ReadDue();
            }
        });
    }

    private void Arm()
    {
        if (_due.Next is not { } at || at == _rings)
        {
            return;
        }

        _rings = at;
        Later((int)Math.Ceiling((at - world.Schedule.Now).TotalMilliseconds), () =>
        {
            if (_rings != at)
            {
                return;
            }

            _rings = null;
            var due = _due.Take(world.Schedule.Now);
            Tell(due.Select(id => new ProcessSignal.Wake { Process = id }));
            if (due.Count > 0)
            {
                ReadDueAfter(ReadOverdueAfter);
            }

            Arm();
        });
    }

    private void ReadChildren()
    {
        if (_children.Begin() is not { } next)
        {
            return;
        }

        Read(
            () => (Finished: world.Table.ChildrenOf(next.Finished), Reopened: world.Table.ChildrenOf(next.Reopened)),
            children =>
            {
                _children.End();
                Tell(ChildWords.OfFinished(children.Finished));
                Tell(ChildWords.OfReopened(children.Reopened, $"{++_occasions}"));
                ReadChildren();
            },
            () =>
            {
                _children.Failed(next);
                Later(ReadAgainAfter, () =>
                {
                    _children.End();
                    ReadChildren();
                });
            });
    }

    private void Tell(IEnumerable<IForProcess> words)
    {
        foreach (var word in words.ToList())
        {
            world.Processes.Tell(word, ActorRefs.Nobody);
        }
    }

    private void Later(int wait, Action what)
    {
        var life = Life;
        world.Schedule.After(wait, () =>
        {
            if (life == Life)
            {
                what();
            }
        });
    }

    private void Read<T>(Func<T> query, Action<T> answer, Action? failed = null)
    {
        var life = Life;
        world.Read(query, rows => IfAlive(() => answer(rows)), () => IfAlive(() => failed?.Invoke()));

        void IfAlive(Action what)
        {
            if (life == Life)
            {
                what();
            }
        }
    }
}
