using Muster.Gateway.Colonies.Files;
using Muster.Gateway.Colonies.Functions;
using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Processes;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Generators;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Takes a colony away with all that is in it. Its members go first, so that nothing comes in meanwhile.</summary>
internal static class ColonyRemoval
{
    /// <summary>Kinds of records that go with a colony, besides its members.</summary>
    private static readonly string[] Kinds =
    [
        FunctionCounters.Kind, LocationWire.Kind, FileWire.Kind, FileHead.Kind, SnapshotWire.Kind, BlueprintDefinitionWire.RecordKind, BlueprintDefinitionWire.KindRecordKind,
        BlueprintWire.RecordKind, BlueprintHistoryWire.RecordKind,
    ];

    private const int LogPage = 1_000;

    private const string Removed = "colony-removed";

    /// <summary>Removes it.</summary>
    public static async Task RunAsync(ColoniesServices services, Colony colony, CancellationToken cancel)
    {
        foreach (var executor in services.Directory.Executors(colony.Name).ToList())
        {
            await ExecutorLife.GiveBackAsync(services, executor).ConfigureAwait(false);
        }

        await services.Directory.WriteAsync(
            [
                new RecordChange.Drop(Colony.Kind, colony.Name, Colony.Key),
                new RecordChange.DropAll(ColonyUser.Kind, colony.Name),
                new RecordChange.DropAll(ColonyExecutor.Kind, colony.Name),
                .. Kinds.Select(k => new RecordChange.DropAll(k, colony.Name)),
            ]).ConfigureAwait(false);
        await EndTimetablesAsync(services, colony.Name, cancel).ConfigureAwait(false);
        await ProcessRemoval.RunAsync(services, colony.Name, [.. Enum.GetValues<ProcessStatus>().Where(s => s != ProcessStatus.None)], ofWorkflows: true, "Its colony was removed.", cancel)
            .ConfigureAwait(false);
        while (await services.Store.Rows.RemoveMessagesAsync(colony.Name, DateTimeOffset.MaxValue, LogPage).ConfigureAwait(false) == LogPage)
        {
            cancel.ThrowIfCancellationRequested();
        }
    }

    // Before its processes go, so that none comes after them.
    private static async Task EndTimetablesAsync(ColoniesServices services, string colony, CancellationToken cancel)
    {
        foreach (var schedule in await services.Store.Read.SchedulesAsync(colony, null, int.MaxValue, cancel).ConfigureAwait(false))
        {
            await services.Gate.SendAsync(new ScheduleCommand.Remove { Schedule = schedule.Id, CommandId = Removed }, cancel).ConfigureAwait(false);
        }

        foreach (var generator in await services.Store.Read.GeneratorsAsync(colony, null, int.MaxValue, cancel).ConfigureAwait(false))
        {
            await services.Gate.SendAsync(new GeneratorCommand.Remove { Generator = generator.Id, CommandId = Removed }, cancel).ConfigureAwait(false);
        }
    }
}
