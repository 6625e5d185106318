using Muster.Gateway.Polls;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Unit.Simulation;

/// <summary>A worker outside the cluster: asks the gateway for as many processes as it has places free, and asks again. It crashes and starts again.</summary>
internal sealed class Asker(Simulation world, Capability capability, ImmutableArray<string> queues, int slots) : IWorker
{
    /// <summary>After this it takes its question for lost, in milliseconds beyond its wait.</summary>
    private const int AnswerLate = 8_000;

    private readonly HashSet<WorkerAttempt> _held = [];
    private Poll? _poll;
    private long _question;

    public bool IsUp { get; private set; }

    public void Start()
    {
        IsUp = true;
        world.Trace.Note($"{capability.Executor} starts to ask");
        Ask();
    }

    public void Crash()
    {
        world.Trace.Note($"{capability.Executor} crashes");
        IsUp = false;
        _question++;
        _poll?.CallerGone();
        _poll = null;
        foreach (var attempt in _held)
        {
            attempt.Stop();
        }

        _held.Clear();
    }

    public void Said()
    {
        if (IsUp && _poll is null)
        {
            Ask();
        }
    }

    public void Over(WorkerAttempt attempt) => _held.Remove(attempt);

    private void Ask()
    {
        var places = slots - _held.Count(a => a.IsRunning);
        if (!IsUp || places == 0)
        {
            return;
        }

        if (!world.Core.IsUp)
        {
            Later(500, Ask);
            return;
        }

        var question = ++_question;
        var wait = world.Random.Next(3) == 0 ? world.Random.Next(250, 1_000) : world.Random.Next(2_000, 30_000);
        var demand = $"{capability.Executor}/{world.NextNumber()}";
        _poll = new Poll(
            world,
            new LongPollRequest(demand, Ids.DefaultNamespace, queues, capability, places, TimeSpan.FromMilliseconds(wait)),
            got => world.Network.Send(capability.Executor, got, () => Answered(question, got)));
        Later(wait + AnswerLate, () =>
        {
            _poll?.CallerGone();
            _poll = null;
            Ask();
        });

        // Not when another question has been asked meanwhile.
        void Later(int milliseconds, Action what)
        {
            var asked = _question;
            world.Schedule.After(milliseconds, () =>
            {
                if (IsUp && asked == _question)
                {
                    what();
                }
            });
        }
    }

    private void Answered(long question, IReadOnlyList<ProcessSignal.Assignment> got)
    {
        if (!IsUp || question != _question)
        {
            return;
        }

        // An answer that comes twice is heard once.
        _question++;
        _poll = null;
        foreach (var assignment in got)
        {
            var attempt = new WorkerAttempt(world, this, assignment);
            _held.Add(attempt);
            attempt.Start();
        }

        Ask();
    }
}
