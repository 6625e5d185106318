using System.Text.Json;
using Muster.Workers.Flamenco.Commands;
using Muster.Workers.Flamenco.Wire;

namespace Muster.Workers.Flamenco.Tasks;

/// <summary>The steps of a task, all looked at before the first one runs: a task with a command that nobody knows leaves nothing half-done.</summary>
internal static class TaskPlan
{
    /// <summary>Makes the steps.</summary>
    /// <exception cref="CommandSettingsException">A command is unknown or cannot be run with its settings.</exception>
    public static IReadOnlyList<(string Name, TaskStep Step)> Of(TaskDocument task)
    {
        if (task.Commands is not { } commands)
        {
            throw new CommandSettingsException("The task has no list of commands.");
        }

        return [.. commands.Select((command, i) => Step(command, i))];
    }

    private static (string, TaskStep) Step(TaskCommand? command, int index)
    {
        if (command?.Name is not { Length: > 0 } name)
        {
            throw new CommandSettingsException($"Command {index} has no name.");
        }

        if (!CommandCatalog.All.TryGetValue(name, out var make))
        {
            throw new CommandSettingsException($"Command {index} is '{name}', which this worker does not know. It knows: {string.Join(", ", CommandCatalog.All.Keys)}.");
        }

        if (command.Settings.ValueKind != JsonValueKind.Object)
        {
            throw new CommandSettingsException($"{name}: the settings have to be a JSON object.");
        }

        return (name, make(new CommandSettings(name, command.Settings)));
    }
}
