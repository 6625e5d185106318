using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Engine.Hosting;
using Muster.Gateway.Security;

namespace Muster.Seed.Keys;

/// <summary>Lets the owner of the data folder in while the seed runs: a file with the address of the gateway and an operator's key that is good for one call. After the call another one stands there.</summary>
/// <param name="ring">Lends the keys.</param>
/// <param name="server">Knows where the gateway listens.</param>
/// <param name="folder">The data folder.</param>
/// <param name="log">Hears when nothing can be written there.</param>
internal sealed partial class OperatorToken(KeyRing ring, IServer server, string folder, ILogger<OperatorToken> log) : IHostedLifecycleService
{
    /// <summary>The name of the file.</summary>
    public const string Name = "operator.token";

    private readonly string _path = Path.Combine(folder, Name);
    private string? _left;

    /// <summary>The address of the gateway and the key for one call; null when no seed has left them.</summary>
    /// <param name="folder">The data folder.</param>
    public static (Uri Url, string Key)? Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        return File.Exists(path) && File.ReadAllLines(path) is [var url, var key, ..] && Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? (parsed, key) : null;
    }

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => LeaveAsync();

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_left is not null && Read(folder)?.Key == _left)
        {
            File.Delete(_path);
        }

        return Task.CompletedTask;
    }

    private Task LeaveAsync()
    {
        var url = BoundUrls.Near(new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()));
        var key = ring.Lend(LeaveAsync);
        try
        {
            OwnerFile.Write(_path, $"{url.GetLeftPart(UriPartial.Authority)}\n{key}\n");
            _left = key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A seed on PostgreSQL may run where it can write nothing; its keys can be changed in the store.
            NotWritten(folder, e.Message);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(3002, LogLevel.Warning, "No key for one call can be left in {Folder}: {Reason} The command 'keys' needs another operator's key while this seed runs.")]
    private partial void NotWritten(string folder, string reason);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
