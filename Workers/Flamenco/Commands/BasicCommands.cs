using System.Globalization;
using Muster.Workers.Flamenco.Tasks;

namespace Muster.Workers.Flamenco.Commands;

/// <summary>echo, log_a_lot, sleep and exec.</summary>
internal static class BasicCommands
{
    private const int ManyLines = 20_000;

    public static TaskStep Echo(CommandSettings settings)
    {
        var message = settings.AnyText("message");
        return (context, _) =>
        {
            context.Report.Log(message);
            return Task.CompletedTask;
        };
    }

    public static TaskStep LogALot(CommandSettings settings)
    {
        var lines = settings.OptionalWhole("lines", 0) ?? ManyLines;
        return async (context, cancelled) =>
        {
            for (var i = 0; i < lines; i++)
            {
                context.Report.Log(string.Create(CultureInfo.InvariantCulture, $"This is line {i}"));
                if (i % 1_000 == 0)
                {
                    cancelled.ThrowIfCancellationRequested();
                    await context.Report.WhenRoomAsync(cancelled).ConfigureAwait(false);
                }
            }
        };
    }

    public static TaskStep Sleep(CommandSettings settings)
    {
        var seconds = settings.Number("time_in_seconds");
        if (seconds is < 0 or > 1e8)
        {
            throw settings.Wrong("the setting 'time_in_seconds' has to be at least 0");
        }

        return async (context, cancelled) =>
        {
            context.Report.Log(string.Create(CultureInfo.InvariantCulture, $"Sleeping for {seconds} seconds"));
            await Task.Delay(TimeSpan.FromSeconds(seconds), context.Clock, cancelled).ConfigureAwait(false);
            context.Report.Log("Done sleeping");
        };
    }

    public static TaskStep Exec(CommandSettings settings)
    {
        var words = ShellWords.Split(settings.Text("cmd"));
        return words is { Count: > 0 }
            ? (context, cancelled) => context.Subprocess.RunAsync(words, context.Report, null, cancelled)
            : throw settings.Wrong("the setting 'cmd' is no command line: a quote is not closed, or there is no word in it");
    }
}
