using System.Globalization;
using Microsoft.Extensions.Logging;
using Muster.Workers.Flamenco.Configuration;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Tasks;

/// <summary>Runs the programs of a task; each line that one writes is a line of the task's log. While one runs, its process id stands in the pid file.</summary>
internal sealed class Subprocess(CommandRunner runner, FlamencoSettings settings, ILogger log)
{
    /// <summary>A program that is silent for an hour hangs.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromHours(1);

    /// <summary>Runs a program until it ends.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="report">Gets the lines.</param>
    /// <param name="line">Looks at each line too.</param>
    /// <param name="cancelled">Ends it and what it started.</param>
    /// <exception cref="CommandFailedException">It could not be started, ended with another code than 0, or was silent for an hour.</exception>
    public async Task RunAsync(IReadOnlyList<string> command, TaskReport report, Action<string>? line, CancellationToken cancelled)
    {
        report.Log($"Running {string.Join(' ', command.Select(ShellWords.Quote))}");
        var pid = 0;
        try
        {
            var end = await runner.RunAsync(
                new CommandRequest(command[0], [.. command.Skip(1)])
                {
                    KillAfter = settings.KillAfter,
                    SilenceLimit = SilenceLimit,
                    Keep = 4096,
                    Started = id =>
                    {
                        pid = id;
                        Note(id);
                    },
                    Line = (text, _) =>
                    {
                        report.Log(string.Create(CultureInfo.InvariantCulture, $"pid={pid} > {text}"));
                        line?.Invoke(text);
                    },
                    WhenRoom = report.WhenRoomAsync,
                },
                cancelled).ConfigureAwait(false);
            switch (end)
            {
                case CommandEnd.Cancelled:
                    throw new OperationCanceledException(cancelled);
                case CommandEnd.Silent:
                    throw new CommandFailedException($"The program wrote nothing for {SilenceLimit.TotalMinutes:0} minutes and was ended.");
                case CommandEnd.NotStarted not:
                    throw new CommandFailedException(not.Reason);
                case CommandEnd.Exited { Code: not 0 } exited:
                    throw new CommandFailedException($"The program ended with exit code {exited.Code}{(exited.LastError is { } last ? $": {last}" : ".")}");
            }
        }
        finally
        {
            Forget();
        }
    }

    private void Note(int id)
    {
        try
        {
            File.WriteAllText(settings.PidFile, id.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("The pid file {File} cannot be written: {Reason}", settings.PidFile, e.Message);
        }
    }

    private void Forget()
    {
        try
        {
            File.Delete(settings.PidFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("The pid file {File} cannot be removed: {Reason}", settings.PidFile, e.Message);
        }
    }
}
