using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Workers.Shared;

namespace Muster.Workers.Colonies;

/// <summary>
/// What an executor of the type <c>cli</c> does: the function is a command, <c>args</c> are its arguments, <c>env</c> stands in its environment. It is closed with one output, what the command wrote to its standard output;
/// its lines are the log. An exit code other than 0 is a failure.
/// </summary>
/// <param name="runner">Runs commands.</param>
/// <param name="allowed">The commands that may run; empty for all.</param>
/// <param name="folder">Where they run; null for the worker's folder.</param>
public sealed class CommandFunction(CommandRunner runner, IReadOnlyCollection<string> allowed, string? folder = null)
{
    /// <summary>Runs a process.</summary>
    public async Task<TaskEnd> RunAsync(ColoniesTask task, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(task);
        var process = task.Process;
        if (process.Function.Length == 0 || (allowed.Count > 0 && !allowed.Contains(process.Function)))
        {
            return new TaskEnd.Failure(process.Function.Length == 0 ? "funcname is empty; it is the command to run." : $"This executor does not run '{process.Function}'; it runs {string.Join(", ", allowed)}.");
        }

        var end = await runner.RunAsync(new CommandRequest(process.Function, [.. process.Args.Select(Text)])
        {
            Environment = new Dictionary<string, string>(process.Environment)
            {
                ["COLONIES_PROCESS_ID"] = process.Id,
                ["COLONIES_KWARGS"] = process.KwArgs.ToJsonString(),
            },
            Folder = folder,
            Line = (line, _) => task.Log(line),
        }, stop).ConfigureAwait(false);
        switch (end)
        {
            case CommandEnd.NotStarted not:
                return new TaskEnd.Failure(not.Reason);
            case CommandEnd.Exited exited:
                await task.AddAttributeAsync("exit_code", $"{exited.Code}").ConfigureAwait(false);
                if (exited.Code == 0)
                {
                    return new TaskEnd.Success([exited.Output]);
                }

                await task.SetOutputAsync([exited.Output]).ConfigureAwait(false);
                return new TaskEnd.Failure($"{process.Function} ended with exit code {exited.Code}{(exited.LastError is null ? "." : $": {exited.LastError}")}");
            default:
                throw new OperationCanceledException(stop);
        }
    }

    private static string Text(JsonNode? argument) => argument switch
    {
        null => "",
        JsonValue v when v.GetValueKind() == JsonValueKind.String => v.GetValue<string>(),
        _ => argument.ToJsonString(),
    };
}
