using System.Text.Json.Nodes;

namespace Muster.Workers.ReleaseEngine;

/// <summary>A worker: what it can do. Receiving, acknowledging and answering are done for it.</summary>
public abstract class ReleaseWorker
{
    /// <summary>The name of the class, which stands in texts and, in lower case, in <c>app_id</c> and in the name of the queue.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>The values of a deployment that it needs; a step of a deployment without one of them fails before it starts.</summary>
    public virtual IReadOnlyList<string> Dynamic => [];

    /// <summary>Looks whether a step can be run, before <c>started</c> is said.</summary>
    /// <exception cref="BadStepException">It cannot.</exception>
    public virtual void Verify(Step step)
    {
    }

    /// <summary>Runs a step. Whatever it throws is a failure.</summary>
    /// <param name="context">The step and what is around it.</param>
    /// <param name="stop">Cancelled when the worker has to end and the step has had its time.</param>
    public abstract Task<StepResult> RunAsync(StepContext context, CancellationToken stop);

    internal void VerifyAll(Step step)
    {
        var missing = Dynamic.Where(name => !step.Dynamic.ContainsKey(name)).ToList();
        if (missing.Count > 0)
        {
            throw new BadStepException($"{Name} failed due to missing key: '{missing[0]}'. Required Keys: {string.Join(',', Dynamic)}");
        }

        Verify(step);
    }

    /// <summary>A parameter that must be a text.</summary>
    /// <exception cref="BadStepException">It is not there, or is something else.</exception>
    protected string Required(Step step, string name)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step.Parameters[name] switch
        {
            null => throw new BadStepException($"{Name} failed due to missing key: '{name}'."),
            JsonValue v when v.TryGetValue<string>(out var text) && text.Length > 0 => text,
            _ => throw new BadStepException($"{Name} failed: '{name}' must be a text that is not empty."),
        };
    }
}
