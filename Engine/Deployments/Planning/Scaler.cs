using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Planning;

/// <summary>How many instances a backlog wants. Pure. The number rises at once, and falls when less was needed for the whole cool-down.</summary>
public static class Scaler
{
    /// <summary>The next number.</summary>
    /// <param name="policy">The bounds.</param>
    /// <param name="before">What it was; null when nobody knows.</param>
    /// <param name="first">What to begin with when nobody knows: how many run, or how many were asked for.</param>
    /// <param name="backlog">How many processes wait or run.</param>
    /// <param name="now">The time.</param>
    public static ScaleState Next(ScalePolicy policy, ScaleState? before, int first, long backlog, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var wanted = (int)Math.Clamp((backlog + policy.Backlog - 1) / policy.Backlog, policy.Min, policy.Max);
        var present = before ?? new ScaleState(first, now);
        var kept = Math.Clamp(present.Replicas, policy.Min, policy.Max);
        return wanted >= kept || now - present.NeededAt >= policy.Cooldown ? new ScaleState(wanted, now) : present with { Replicas = kept };
    }
}
