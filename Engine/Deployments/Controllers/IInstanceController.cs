using Muster.Engine.Deployments.Planning;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Controllers;

/// <summary>
/// Makes deployments real. Level-triggered: each pass gets all that is wanted and does what is missing, whatever the passes before did; how is its own affair.
/// One that starts instances one by one can ask the <see cref="Planner"/>; one whose system keeps replicas by itself hands the number on.
/// </summary>
public interface IInstanceController : IAsyncDisposable
{
    /// <summary>Its name, as deployments say it.</summary>
    string Name { get; }

    /// <summary>One pass. It may take long or fail: that delays only the deployments of this controller.</summary>
    /// <param name="desired">All deployments of this controller; what it has of others is to end.</param>
    /// <param name="cancel">Stops it.</param>
    Task<ControllerPass> PassAsync(IReadOnlyList<DesiredDeployment> desired, CancellationToken cancel);

    /// <summary>The last lines of an instance, the oldest first; null when it is not there any more.</summary>
    /// <param name="instance">The instance, as it was seen last.</param>
    /// <param name="lines">How many.</param>
    /// <param name="cancel">Stops it.</param>
    Task<IReadOnlyList<string>?> LogAsync(SeenInstance instance, int lines, CancellationToken cancel);
}
