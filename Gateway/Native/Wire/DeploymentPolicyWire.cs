using System.Collections.Immutable;
using Muster.Messages.Deployments;

namespace Muster.Gateway.Native.Wire;

/// <summary>How a deployment changes from one revision to another.</summary>
/// <param name="Kind">rolling or recreate; default rolling.</param>
/// <param name="MaxUnavailable">How many of the replicas may be missing because of a roll-out; default 0.</param>
/// <param name="MaxSurge">How many instances beyond the replicas there may be; default 1.</param>
public sealed record UpdatePolicyWire(UpdateKind? Kind, int? MaxUnavailable, int? MaxSurge)
{
    internal UpdatePolicy Policy
    {
        get
        {
            var standard = new UpdatePolicy();
            return new UpdatePolicy { Kind = Kind ?? standard.Kind, MaxUnavailable = MaxUnavailable ?? standard.MaxUnavailable, MaxSurge = MaxSurge ?? standard.MaxSurge };
        }
    }
}

/// <summary>What happens to an instance that ended by itself.</summary>
/// <param name="Kind">always, on-failure or never; default always.</param>
/// <param name="First">The wait before the first restart, doubled with each further one; default 500ms.</param>
/// <param name="Max">The longest wait; default 1m.</param>
/// <param name="ResetAfter">Whoever ran this long counts as never restarted; default 1m.</param>
public sealed record RestartPolicyWire(RestartKind? Kind, TimeSpan? First, TimeSpan? Max, TimeSpan? ResetAfter)
{
    internal RestartPolicy Policy
    {
        get
        {
            var standard = new RestartPolicy();
            return new RestartPolicy { Kind = Kind ?? standard.Kind, First = First ?? standard.First, Max = Max ?? standard.Max, ResetAfter = ResetAfter ?? standard.ResetAfter };
        }
    }
}

/// <summary>How the number of instances follows the processes in the queues of a deployment.</summary>
/// <param name="Min">The least number; default 1.</param>
/// <param name="Max">The largest number.</param>
/// <param name="Backlog">How many processes, waiting or running, there should be for each instance; default 10.</param>
/// <param name="Cooldown">How long the number has to stay as it is before it is lowered; default 30s.</param>
public sealed record ScalePolicyWire(int? Min, int? Max, int? Backlog, TimeSpan? Cooldown)
{
    internal ScalePolicy Policy
    {
        get
        {
            var standard = new ScalePolicy { Max = Max ?? 0 };
            return standard with { Min = Min ?? standard.Min, Backlog = Backlog ?? standard.Backlog, Cooldown = Cooldown ?? standard.Cooldown };
        }
    }
}

/// <summary>How the health of an instance is looked at, beside that it runs and answers. At most one of http, tcp and command is given.</summary>
/// <param name="Http">An address that answers with a status below 400.</param>
/// <param name="Tcp">A port that takes a connection, HOST:PORT.</param>
/// <param name="Command">A command that ends with 0.</param>
/// <param name="Every">The time between two looks; default 5s.</param>
/// <param name="Within">How long an answer may take; default 2s.</param>
/// <param name="Failures">How many looks in a row fail before it is unhealthy; default 3.</param>
/// <param name="After">How long it has to run before it counts as healthy when nothing else is looked at; default 1s.</param>
/// <param name="StartWithin">How long it may take until it is healthy; default 1m.</param>
/// <param name="RestartAfter">One that has been unhealthy for this long is restarted; default 30s.</param>
public sealed record HealthCheckWire(
    string? Http, string? Tcp, ImmutableArray<string>? Command, TimeSpan? Every, TimeSpan? Within, int? Failures, TimeSpan? After, TimeSpan? StartWithin, TimeSpan? RestartAfter)
{
    internal HealthCheck Check
    {
        get
        {
            var standard = new HealthCheck();
            return new HealthCheck
            {
                Http = Http,
                Tcp = Tcp,
                Command = Command ?? [],
                Every = Every ?? standard.Every,
                Within = Within ?? standard.Within,
                Failures = Failures ?? standard.Failures,
                After = After ?? standard.After,
                StartWithin = StartWithin ?? standard.StartWithin,
                RestartAfter = RestartAfter ?? standard.RestartAfter,
            };
        }
    }
}
