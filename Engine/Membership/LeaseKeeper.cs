using Akka.Actor;
using Akka.Event;
using Muster.Messages.Leases;
using Muster.Persistence.Membership;

namespace Muster.Engine.Membership;

/// <summary>Reaches the leases of the store for every node: who decides about the cluster may be a worker, which has no store.</summary>
/// <param name="members">The store's; null when this is the only core node that its store can have, and so always the one to decide with.</param>
internal sealed class LeaseKeeper(IMembers? members) : UntypedActor
{
    /// <summary>Its name on every core node.</summary>
    public const string Name = "lease-keeper";

    private readonly ILoggingAdapter _log = Context.GetLogger();

    public static Props Props(IMembers? members) => Akka.Actor.Props.Create(() => new LeaseKeeper(members));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LeaseMessage.Take m:
                Answer(members?.TakeLeaseAsync(m.Name, m.Owner, m.Span) ?? Task.FromResult(true));
                break;
            case LeaseMessage.GiveBack m:
                Answer(GiveBackAsync(m));
                break;
        }
    }

    private void Answer(Task<bool> granted)
    {
        var log = _log;
        granted.PipeTo(Sender, success: ok => new LeaseMessage.Answer { Granted = ok }, failure: e =>
        {
            // Who cannot reach the store cannot decide either.
            log.Warning(e, "A lease could not be reached");
            return new LeaseMessage.Answer { Granted = false };
        });
    }

    private async Task<bool> GiveBackAsync(LeaseMessage.GiveBack m)
    {
        if (members is not null)
        {
            await members.ReleaseLeaseAsync(m.Name, m.Owner).ConfigureAwait(false);
        }

        return true;
    }
}
