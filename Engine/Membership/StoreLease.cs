using Akka.Actor;
using Akka.Cluster;
using Akka.Coordination;
using Akka.Event;
using Muster.Engine.Hosting;
using Muster.Messages.Leases;

namespace Muster.Engine.Membership;

/// <summary>The lease of Akka's split brain resolver, kept in the store and reached through a core node: the part of a broken cluster that holds it goes on.</summary>
/// <remarks>Named in akka.hocon; Akka makes it. While it is held it is prolonged, so that who crashed with it holds up the others for no longer than its span.</remarks>
public sealed class StoreLease : Lease
{
    /// <summary>How long the lease holds without being prolonged.</summary>
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ProlongEvery = TimeSpan.FromSeconds(3);

    /// <summary>The lease of who crashed has run out by then.</summary>
    private static readonly TimeSpan Patience = Span + TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private readonly ExtendedActorSystem _system;
    private readonly ILoggingAdapter _log;
    private ICancelable? _prolong;

    /// <summary>Makes it, as Akka does.</summary>
    public StoreLease(LeaseSettings settings, ExtendedActorSystem system)
        : base(settings)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        _log = Logging.GetLogger(system, typeof(StoreLease));
    }

    /// <inheritdoc />
    public override Task<bool> Acquire() => Acquire(null);

    /// <summary>Takes it; waits until an older one has run out. No answer of any core node means no.</summary>
    /// <param name="leaseLostCallback">Hears when it could not be prolonged.</param>
    public override async Task<bool> Acquire(Action<Exception?>? leaseLostCallback)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        while (true)
        {
            if (await AskAsync(new LeaseMessage.Take { Name = Settings.LeaseName, Owner = Settings.OwnerName, Span = Span }).ConfigureAwait(false))
            {
                _log.Info("Took the lease {Name} for {Owner}", Settings.LeaseName, Settings.OwnerName);
                Prolong(leaseLostCallback);
                return true;
            }

            // Where no core node is left there is nothing to go on with; a worker looks for the cluster anew.
            if (Keepers().Count == 0 || clock.GetElapsedTime(start) > Patience)
            {
                _log.Warning("Could not take the lease {Name} for {Owner}", Settings.LeaseName, Settings.OwnerName);
                return false;
            }

            await Task.Delay(Again, clock).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public override Task<bool> Release()
    {
        Interlocked.Exchange(ref _prolong, null)?.Cancel();
        return AskAsync(new LeaseMessage.GiveBack { Name = Settings.LeaseName, Owner = Settings.OwnerName });
    }

    /// <inheritdoc />
    public override bool CheckLease() => _prolong is { IsCancellationRequested: false };

    private void Prolong(Action<Exception?>? lost)
    {
        var timer = new Cancelable(_system.Scheduler.Advanced);
        Interlocked.Exchange(ref _prolong, timer)?.Cancel();
        _system.Scheduler.Advanced.ScheduleRepeatedly(ProlongEvery, ProlongEvery, () => ProlongAsync().PipeTo(_system.DeadLetters), timer);

        async Task<Done> ProlongAsync()
        {
            if (!await AskAsync(new LeaseMessage.Take { Name = Settings.LeaseName, Owner = Settings.OwnerName, Span = Span }).ConfigureAwait(false) && !timer.IsCancellationRequested)
            {
                timer.Cancel();
                lost?.Invoke(null);
            }

            return Done.Instance;
        }
    }

    // The own one first. A keeper that is away must not keep others from being asked.
    private async Task<bool> AskAsync(LeaseMessage question)
    {
        foreach (var keeper in Keepers())
        {
            try
            {
                return (await keeper.Ask<LeaseMessage.Answer>(question, AnswerLimit).ConfigureAwait(false)).Granted;
            }
            catch (AskTimeoutException)
            {
                // The next one may reach the store.
            }
        }

        return false;
    }

    private List<ActorSelection> Keepers()
    {
        var state = Cluster.Get(_system).State;
        var here = Cluster.Get(_system).SelfAddress;
        return [.. state.Members
            .Where(m => m.HasRole(EngineHosting.CoreRole) && m.Status is MemberStatus.Up or MemberStatus.Leaving && !state.Unreachable.Contains(m))
            .OrderBy(m => m.Address == here ? 0 : 1)
            .Select(m => _system.ActorSelection(new RootActorPath(m.Address) / "user" / LeaseKeeper.Name))];
    }

    private sealed class Done : INoSerializationVerificationNeeded
    {
        public static readonly Done Instance = new();
    }
}
