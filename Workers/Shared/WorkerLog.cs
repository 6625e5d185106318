using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Muster.Workers.Shared;

/// <summary>The log of a worker program: one line an entry on standard error, with the time in UTC; standard output is left to what the worker is asked for.</summary>
public static class WorkerLog
{
    /// <summary>Makes it.</summary>
    /// <param name="level">Below this nothing is written.</param>
    public static ILoggerFactory Create(LogLevel level = LogLevel.Information) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(level);
        builder.AddConsole(o =>
        {
            o.FormatterName = LineFormatter.FormatterName;
            o.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        builder.Services.AddSingleton<ConsoleFormatter, LineFormatter>();
    });

    private sealed class LineFormatter() : ConsoleFormatter(FormatterName)
    {
        public const string FormatterName = "line";

        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            textWriter.Write(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            textWriter.Write(Word(logEntry.LogLevel));
            var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
            textWriter.Write(text.ReplaceLineEndings(" | "));
            if (logEntry.Exception is { } e)
            {
                textWriter.Write($" ({e.GetType().Name}: {e.Message.ReplaceLineEndings(" | ")})");
            }

            textWriter.Write('\n');
        }

        private static string Word(LogLevel level) => level switch
        {
            LogLevel.Trace or LogLevel.Debug => " DEBUG ",
            LogLevel.Information => " INFO ",
            LogLevel.Warning => " WARNING ",
            _ => " ERROR ",
        };
    }
}
