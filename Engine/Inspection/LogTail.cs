using Microsoft.Extensions.Logging;
using Muster.Messages.Inspection;

namespace Muster.Engine.Inspection;

/// <summary>Keeps the last lines that this program has logged, for those who look from elsewhere.</summary>
/// <param name="clock">The time of the lines.</param>
public sealed class LogTail(TimeProvider clock) : ILoggerProvider
{
    /// <summary>How many lines are kept: some minutes of a busy node, less than a megabyte.</summary>
    public const int Kept = 2_000;

    private const int LongestLine = 8 << 10;

    private readonly Lock _guard = new();
    private readonly Queue<NodeLogLine> _lines = new();
    private long _last;

    /// <summary>The newest lines after a number, the oldest first, and the number of the last line of all.</summary>
    /// <param name="after">The number.</param>
    /// <param name="max">How many at the most.</param>
    public (IReadOnlyList<NodeLogLine> Lines, long Last) After(long after, int max)
    {
        lock (_guard)
        {
            return ([.. _lines.Where(l => l.Number > after).TakeLast(max)], _last);
        }
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
        // What is kept is memory only.
    }

    private void Add(LogLevel level, string logger, int kind, string text)
    {
        var line = new NodeLogLine(0, clock.GetUtcNow(), level.ToString().ToLowerInvariant(), logger, kind, text.Length > LongestLine ? text[..LongestLine] : text);
        lock (_guard)
        {
            _lines.Enqueue(line with { Number = ++_last });
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }
        }
    }

    private sealed class Writer(LogTail tail, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            tail.Add(logLevel, category, eventId.Id, exception is null ? text : $"{text}\n{exception}");
        }
    }
}
