using Muster.Messages;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Rules;

/// <summary>What comes of a command.</summary>
internal abstract record DeploymentOutcome
{
    /// <summary>Something happens.</summary>
    /// <param name="Event">What.</param>
    public sealed record Happens(DeploymentEvent Event) : DeploymentOutcome;

    /// <summary>It is so already.</summary>
    public sealed record IsSo : DeploymentOutcome;

    /// <summary>It is refused.</summary>
    /// <param name="Problem">The kind.</param>
    /// <param name="Message">What is wrong and what to do.</param>
    public sealed record Refused(Problem Problem, string Message) : DeploymentOutcome;
}
