using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Muster.Messages.Inspection;

namespace Muster.Engine.Inspection;

/// <summary>Levels of loggers that are changed while the program runs, on top of those that it was started with.</summary>
public sealed class LogLevels : IPostConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>, IDisposable
{
    private readonly Lock _guard = new();
    private ImmutableArray<LevelChange> _changes = [];
    private CancellationTokenSource _changed = new();

    /// <summary>The changes in force.</summary>
    public ImmutableArray<LevelChange> Changes => _changes;

    /// <inheritdoc />
    public string? Name => Options.DefaultName;

    /// <summary>Sets one; the one before for the same loggers is over.</summary>
    public void Set(LevelChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Replace(before => before.RemoveAll(c => c.Logger == change.Logger).Add(change));
    }

    /// <summary>Ends those whose time is over.</summary>
    public void End(DateTimeOffset now) => Replace(before => before.RemoveAll(c => c.Until <= now));

    /// <inheritdoc />
    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var change in _changes)
        {
            // The last rule wins among those that fit a name equally well.
            options.Rules.Add(new LoggerFilterRule(null, change.Logger.Length == 0 ? null : change.Logger, Enum.Parse<LogLevel>(change.Minimum, ignoreCase: true), null));
        }
    }

    /// <inheritdoc />
    public IChangeToken GetChangeToken()
    {
        lock (_guard)
        {
            return new CancellationChangeToken(_changed.Token);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _changed.Dispose();

    private void Replace(Func<ImmutableArray<LevelChange>, ImmutableArray<LevelChange>> change)
    {
        CancellationTokenSource told;
        lock (_guard)
        {
            _changes = change(_changes);
            (told, _changed) = (_changed, new CancellationTokenSource());
        }

        told.Cancel();
        told.Dispose();
    }
}
