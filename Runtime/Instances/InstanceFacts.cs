using System.Globalization;

namespace Muster.Runtime.Instances;

/// <summary>What is known of an instance that runs, and what follows from it.</summary>
internal sealed record InstanceFacts
{
    /// <summary>Questions over the socket that may stay without an answer.</summary>
    private const int PingsAllowed = 2;

    /// <summary>How long it has been running, as this node has seen it.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>Whether it said that it can run processes.</summary>
    public bool Ready { get; init; }

    /// <summary>Why it said that it cannot.</summary>
    public string? Unready { get; init; }

    /// <summary>How long it has had no connection; null when it has one.</summary>
    public TimeSpan? Disconnected { get; init; }

    /// <summary>Questions over the socket without an answer.</summary>
    public int PingsOpen { get; init; }

    /// <summary>Whether its health check has ever been content.</summary>
    public bool Checked { get; init; }

    /// <summary>How often in a row its health check was not.</summary>
    public int ChecksFailed { get; init; }

    /// <summary>What the last of these said.</summary>
    public string? CheckProblem { get; init; }

    /// <summary>Its state and the reason.</summary>
    public (InstanceState State, string? Reason) Judge(InstanceSpec spec, InstanceHostOptions options)
    {
        if (Unready is not null)
        {
            return (InstanceState.Unhealthy, Unready);
        }

        var pipe = spec.Protocol == InstanceProtocol.Pipe;
        if (ChecksFailed >= spec.Health.Failures && Checked)
        {
            return (InstanceState.Unhealthy, $"Its health check failed {ChecksFailed.ToString(CultureInfo.InvariantCulture)} times: {CheckProblem}");
        }

        if (pipe && Ready && Disconnected > options.ReconnectWithin)
        {
            return (InstanceState.Unhealthy, "It has lost its connection to the node.");
        }

        if (pipe && Ready && PingsOpen > PingsAllowed)
        {
            return (InstanceState.Unhealthy, "It does not answer.");
        }

        if ((Ready || !pipe) && (spec.Health.IsNone ? pipe || Age >= spec.Health.After : Checked))
        {
            return (InstanceState.Healthy, null);
        }

        var waitsFor = pipe && Disconnected is not null ? "it has not connected to its socket" : pipe && !Ready ? "it has not said that it is ready" : CheckProblem ?? "its health check has not been content";
        return Age > spec.StartWithin
            ? (InstanceState.Unhealthy, $"{spec.StartWithin.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s after its start {waitsFor}")
            : (InstanceState.Starting, null);
    }
}
