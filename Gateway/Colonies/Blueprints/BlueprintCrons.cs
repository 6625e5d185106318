using System.Text.Json;
using Muster.Gateway.Colonies.Schedules;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages;
using Muster.Messages.Schedules;

namespace Muster.Gateway.Colonies.Blueprints;

/// <summary>
/// The crons that have blueprints made so again and again: one for each kind at a location, as long as it has blueprints and its definition names a handler.
/// They are crons like any other, so that members see them and can run one now.
/// </summary>
internal static class BlueprintCrons
{
    /// <summary>Seconds between two runs, unless the definition says otherwise.</summary>
    private const int Interval = 60;

    /// <summary>The name of the cron of a kind at a location.</summary>
    public static string NameOf(string kind, string? location) => location is { Length: > 0 } ? $"reconcile-{kind}-{location}" : $"reconcile-{kind}";

    /// <summary>Makes the cron of a blueprint, unless there is one already.</summary>
    /// <param name="call">Who changes the blueprint.</param>
    /// <param name="definition">The definition of its kind.</param>
    /// <param name="blueprint">The blueprint.</param>
    /// <exception cref="ColoniesException">The cluster does not take it now.</exception>
    public static async Task KeepAsync(ColoniesCall call, BlueprintDefinitionWire definition, BlueprintWire blueprint)
    {
        if (definition.Spec!.Handler is not { ExecutorType.Length: > 0, FunctionName.Length: > 0 } handler)
        {
            return;
        }

        var (colony, location) = (blueprint.Metadata!.ColonyName, blueprint.Metadata.LocationName);
        var cron = Cron(colony, blueprint.Kind, location, handler);
        var reply = await call.Services.Gate.SendAsync(
            new ScheduleCommand.Put
            {
                Schedule = CronSpec.IdOf(colony, cron.Name),
                CommandId = Fresh(),
                By = call.Services.Directory.Member(colony, call.Signer)?.Words ?? $"{call.Signer} ",
                Spec = CronSpec.Of(cron, call.Services.Store),
            }, call.Cancel).ConfigureAwait(false);
        if (reply is ScheduleReply.Refused { Problem: not Problem.Conflict } refused)
        {
            throw NamedWork.Refused(refused.Problem, refused.Message, missing: 500);
        }
    }

    /// <summary>Ends the cron of a kind at a location when no blueprint is left there.</summary>
    public static async Task EndUnusedAsync(ColoniesCall call, BlueprintDefinitionWire? definition, BlueprintWire removed)
    {
        var (colony, location) = (removed.Metadata!.ColonyName, removed.Metadata.LocationName);
        if (await AnyAsync(call, removed).ConfigureAwait(false) is not null)
        {
            return;
        }

        await call.Services.Gate.SendAsync(
            new ScheduleCommand.Remove { Schedule = CronSpec.IdOf(colony, NameOf(removed.Kind, location)), CommandId = Fresh(), By = call.Signer }, call.Cancel).ConfigureAwait(false);

        // Whoever added one in between found the cron still there.
        if (definition is not null && await AnyAsync(call, removed).ConfigureAwait(false) is { } added)
        {
            await KeepAsync(call, definition, added).ConfigureAwait(false);
        }
    }

    private static async Task<BlueprintWire?> AnyAsync(ColoniesCall call, BlueprintWire like) =>
        (await new BlueprintBook(call.Services.Store).ListAsync(like.Metadata!.ColonyName, like.Kind, call.Cancel).ConfigureAwait(false))
            .FirstOrDefault(b => (b.Metadata!.LocationName ?? "") == (like.Metadata.LocationName ?? ""));

    private static CronWire Cron(string colony, string kind, string? location, BlueprintHandlerWire handler) => new()
    {
        ColonyName = colony,
        Name = NameOf(kind, location),
        Interval = handler.ReconcileInterval > 0 ? handler.ReconcileInterval : Interval,
        WaitForPrevProcessGraph = true,
        WorkflowSpec = JsonSerializer.Serialize(
            new WorkflowSpecWire
            {
                ColonyName = colony,
                FunctionSpecs = [BlueprintReconciler.Spec(colony, location, handler.ExecutorType, handler.FunctionName, new(StringComparer.Ordinal) { ["kind"] = ColoniesJson.Element(kind) })],
            }, ColoniesJson.Options),
    };

    private static string Fresh() => Guid.NewGuid().ToString("N");
}
