using System.Threading.Channels;
using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Channels;

namespace Muster.Engine.Channels;

/// <summary>Stands for who follows a channel: says so again and again, for the channel may move, and passes on the last that it was told.</summary>
internal sealed class ChannelFollower : UntypedActor, IWithTimers
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(2);

    private readonly ProcessId _process;
    private readonly string _name;
    private readonly ChannelWriter<ChannelReply> _told;

    public ChannelFollower(ProcessId process, string name, ChannelWriter<ChannelReply> told)
    {
        _process = process;
        _name = name;
        _told = told;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ProcessId process, string name, ChannelWriter<ChannelReply> told) => Akka.Actor.Props.Create(() => new ChannelFollower(process, name, told));

    protected override void PreStart() => Timers.StartPeriodicTimer("say", Say.Instance, TimeSpan.Zero, SayEvery);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Say:
                EngineContext.ChannelRegion(Context.System).Tell(new ChannelCommand.Follow { Process = _process, Name = _name, Follower = new ActorRef(Self) });
                break;

            // A store that is away comes back.
            case ChannelReply reply and not ChannelReply.Refused { Problem: Problem.Busy }:
                _told.TryWrite(reply);
                break;
        }
    }

    private sealed class Say : INoSerializationVerificationNeeded
    {
        public static readonly Say Instance = new();
    }
}
