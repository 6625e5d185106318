using Akka.Actor;
using Muster.Engine;
using Muster.Engine.Queues;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Persistence.ReadModel;
using Muster.Tests.Unit.Simulation;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

/// <summary>A queue whose settings change while it reads them.</summary>
public sealed class QueueNewsTests
{
    private readonly Around _around = new();
    private readonly QueueConduct _queue;

    public QueueNewsTests()
    {
        _queue = new QueueConduct(Some.Queue, "life", new QueueBook(100), _around);
        _around.Hears = Hear;
        _queue.Start();
        Hear(new QueueTables.Whole(Answer(_around.Reads.Single(), paused: false), []));
        Hear(Some.Interest(slots: 10));
    }

    [Fact]
    public void Nothing_starts_between_the_news_and_what_they_say()
    {
        Submit("before");
        _around.Offered.ShouldBe(["before"]);
        Hear(new QueueMessage.Reconfigure { Queue = Some.Queue });
        Submit("after");
        _around.Offered.ShouldBe(["before"]);

        Hear(Answer(_around.Reads[^1], paused: false));
        _around.Offered.ShouldBe(["before", "after"]);
    }

    [Fact]
    public void An_older_answer_that_comes_late_does_not_undo_a_newer_one()
    {
        Hear(new QueueMessage.Reconfigure { Queue = Some.Queue });
        Hear(new QueueMessage.Reconfigure { Queue = Some.Queue });
        Hear(Answer(_around.Reads[^1], paused: true));
        Hear(Answer(_around.Reads[^2], paused: false));
        Submit("a");
        _around.Offered.ShouldBeEmpty();

        Hear(new QueueMessage.Reconfigure { Queue = Some.Queue });
        Hear(Answer(_around.Reads[^1], paused: false));
        _around.Offered.ShouldBe(["a"]);
    }

    [Fact]
    public void News_that_could_not_be_read_are_read_again()
    {
        Hear(new QueueMessage.Reconfigure { Queue = Some.Queue });
        Hear(QueueSelfMessages.Unread.Instance);
        Submit("a");
        var reads = _around.Reads.Count;
        _around.Schedule.RunUntil(60_000, () => _around.Reads.Count > reads);
        Hear(new QueueTables.Whole(Answer(_around.Reads[^1], paused: false), []));

        _around.Offered.ShouldBe(["a"]);
    }

    private static QueueTables.Settings Answer(long read, bool paused) => new(read, new QueueSettings { Paused = paused }, [], 0);

    private void Submit(string id)
    {
        var item = Some.Item(id);
        Hear(new QueueMessage.Enqueue { Queue = Some.Queue, Process = item.Id, Lane = item.Lane, Requirements = new Requirements(), Priority = 0, Since = Some.Start });
    }

    private void Hear(object message) => _queue.Receive(message, ActorRefs.Nobody);

    private sealed class Around : IQueueSurroundings
    {
        private readonly SimulatedTimers _timers;

        public Around() => _timers = new SimulatedTimers(Schedule, m => Hears?.Invoke(m));

        public Action<object>? Hears { get; set; }

        public Schedule Schedule { get; } = new();

        public List<long> Reads { get; } = [];

        public List<string> Offered { get; } = [];

        public DateTimeOffset Now => Schedule.Now;

        public long Milliseconds => Schedule.Milliseconds;

        public ITimerScheduler Timers => _timers;

        public EngineOptions Options { get; } = new();

        public IActorRef Self => ActorRefs.Nobody;

        public IActorRef Processes => field ??= new SimulatedRef("processes", m => Offered.Add(((ProcessCommand.Offer)m).Process.Id));

        public void ReadAll(long number) => Reads.Add(number);

        public void ReadSettings(long number) => Reads.Add(number);

        public void ReadHead(QueueLane lane, int limit)
        {
        }

        public void ReadOlder(QueueMessage.Enqueue enqueue, IActorRef sender)
        {
        }

        public void Sweep()
        {
        }

        public void Watch(IActorRef dispatcher)
        {
        }

        public void AskToLeave()
        {
        }
    }
}
