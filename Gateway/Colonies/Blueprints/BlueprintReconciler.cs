using System.Text.Json;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Blueprints;

/// <summary>
/// Has blueprints made so: submits processes for the executors that their definition names, when a blueprint was added, changed or removed, and when somebody asks.
/// That it happens again and again is up to <see cref="BlueprintCrons"/>.
/// </summary>
internal static class BlueprintReconciler
{
    /// <summary>The function that is called for a blueprint which was removed.</summary>
    private const string CleanUp = "cleanup";

    /// <summary>A process to submit.</summary>
    /// <param name="Id">Its id, known before it is submitted.</param>
    /// <param name="Spec">What it does.</param>
    internal sealed record Planned(ProcessId Id, ProcessSpec Spec);

    /// <summary>The process that makes a blueprint so; null when its definition names nobody for it.</summary>
    /// <param name="definition">The definition; null when there is none any more.</param>
    /// <param name="blueprint">The blueprint.</param>
    /// <param name="force">Whether it is done even if nothing has changed.</param>
    /// <param name="now">When.</param>
    public static Planned? Plan(BlueprintDefinitionWire? definition, BlueprintWire blueprint, bool force, DateTimeOffset now) =>
        definition?.Spec?.Handler is { ExecutorType.Length: > 0, FunctionName.Length: > 0 } handler
            ? Plan(blueprint, handler.ExecutorType, handler.FunctionName, force, now)
            : null;

    /// <summary>Submits a process.</summary>
    /// <returns>The process as clients read it.</returns>
    /// <exception cref="ColoniesException">It is refused.</exception>
    public static async Task<ProcessWire> SubmitAsync(ColoniesCall call, Planned planned)
    {
        var (id, spec) = planned;
        var member = call.Services.Directory.Member(id.Namespace, call.Signer);
        // The owner has an id and no name.
        var by = member?.Words ?? $"{call.Signer} ";
        var now = call.Services.Now;
        Refusals.Need(await call.Services.Gate.SendAsync(
            new ProcessCommand.Submit { Process = id, CommandId = $"submit-{id.Id}", By = by, Spec = spec, Fingerprint = id.Id, At = now }, call.Cancel).ConfigureAwait(false));
        return ProcessView.OfSubmitted(id, spec, member, now) with { InitiatorId = call.Signer };
    }

    /// <summary>Has what a removed blueprint left behind cleaned up, if its definition names somebody.</summary>
    public static async Task CleanUpAsync(ColoniesCall call, BlueprintDefinitionWire? definition, BlueprintWire removed)
    {
        if (definition?.Spec?.Handler is { ExecutorType.Length: > 0 } handler)
        {
            await SubmitAsync(call, Plan(removed, handler.ExecutorType, CleanUp, force: false, call.Services.Now)).ConfigureAwait(false);
        }
    }

    private static Planned Plan(BlueprintWire blueprint, string executorType, string function, bool force, DateTimeOffset now)
    {
        var metadata = blueprint.Metadata!;
        var kwargs = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["kind"] = ColoniesJson.Element(blueprint.Kind),
            ["blueprintName"] = ColoniesJson.Element(metadata.Name),
        };
        if (force)
        {
            kwargs["force"] = ColoniesJson.Element(true);
        }

        var spec = Spec(metadata.ColonyName, metadata.LocationName, executorType, function, kwargs);
        return new Planned(new ProcessId(metadata.ColonyName, SpecTranslation.NewId(now)), SpecTranslation.ToSpec(spec));
    }

    /// <summary>What an executor is asked to do.</summary>
    /// <param name="colony">The colony.</param>
    /// <param name="location">Where; null or empty for anywhere.</param>
    /// <param name="executorType">Who.</param>
    /// <param name="function">The function.</param>
    /// <param name="kwargs">What it is told.</param>
    public static FunctionSpecWire Spec(string colony, string? location, string executorType, string function, Dictionary<string, JsonElement> kwargs) => new()
    {
        NodeName = $"{executorType}-{function}",
        FuncName = function,
        Kwargs = kwargs,
        MaxWaitTime = -1,
        MaxExecTime = -1,
        Conditions = new ConditionsWire { ColonyName = colony, ExecutorType = executorType, LocationName = location },
    };
}
