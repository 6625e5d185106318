using Microsoft.Extensions.Logging;

namespace Muster.Workers.Shared;

/// <summary>Says in the log that something does not work, once while it goes on, and once that it works again: a server that is away for an hour is two lines.</summary>
/// <param name="log">Where.</param>
public sealed class Trouble(ILogger log)
{
    private readonly Lock _sync = new();
    private string? _said;

    /// <summary>It does not work.</summary>
    /// <param name="what">One line: what, where, what happens now. Another line than the last is said; the same is not.</param>
    public void Is(string what)
    {
        lock (_sync)
        {
            if (what == _said)
            {
                return;
            }

            _said = what;
        }

        log.LogWarning("{Trouble}", what);
    }

    /// <summary>It works.</summary>
    /// <param name="what">The line, when there was trouble.</param>
    public void Over(string what)
    {
        lock (_sync)
        {
            if (_said is null)
            {
                return;
            }

            _said = null;
        }

        log.LogInformation("{Works}", what);
    }
}
