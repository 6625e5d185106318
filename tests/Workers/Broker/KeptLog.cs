using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Muster.Tests.Workers.Broker;

/// <summary>A log that a test reads.</summary>
internal sealed class KeptLog : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>What was logged.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Waits until a line came.</summary>
    public Task HasAsync(string part) => Eventually.SeeAsync(() => Task.FromResult(string.Join('\n', _lines)), text => text.Contains(part, StringComparison.Ordinal));

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.Message}");
}
