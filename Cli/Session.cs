using Muster.Cli.Http;

namespace Muster.Cli;

/// <summary>What the verbs of one call of the program share, or of one interactive shell.</summary>
/// <param name="target">Which gateway is asked.</param>
/// <param name="key">The key to show; null for none.</param>
internal sealed class Session(Target target, string? key) : IDisposable
{
    private Gateway? _gateway;

    /// <summary>Which gateway is asked.</summary>
    public Target Target => target;

    /// <summary>The gateway.</summary>
    public Gateway Gateway => _gateway ??= new Gateway(target, key);

    /// <summary>Where verbs write.</summary>
    public TextWriter Output { get; set; } = Console.Out;

    /// <summary>Whether people look at it.</summary>
    public bool IsTerminal { get; set; } = !Console.IsOutputRedirected;

    public void Dispose() => _gateway?.Dispose();
}
