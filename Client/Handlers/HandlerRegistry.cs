namespace Muster.Client.Handlers;

/// <summary>The handlers of a worker, by function name.</summary>
public sealed class HandlerRegistry
{
    private readonly Dictionary<string, ProcessHandler> _handlers = new(StringComparer.Ordinal);

    /// <summary>The functions that have a handler.</summary>
    public IReadOnlyCollection<string> Functions => _handlers.Keys;

    /// <summary>Adds a handler.</summary>
    /// <param name="func">The function that it runs.</param>
    /// <param name="handler">What runs.</param>
    /// <exception cref="ArgumentException">The function has a handler already.</exception>
    public HandlerRegistry Add(string func, ProcessHandler handler)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(func);
        ArgumentNullException.ThrowIfNull(handler);
        if (!_handlers.TryAdd(func, handler))
        {
            throw new ArgumentException($"The function '{func}' has a handler already.", nameof(func));
        }

        return this;
    }

    /// <summary>The handler of a function; null when there is none.</summary>
    public ProcessHandler? Find(string func) => _handlers.GetValueOrDefault(func);
}
