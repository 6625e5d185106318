using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Gateway.Colonies.Members;
using Muster.Signatures;

namespace Muster.Gateway.Colonies.Hosting;

/// <summary>Reads who owns the server and which colonies there are, before anybody asks.</summary>
/// <param name="owner">Who owns the server.</param>
/// <param name="library">Says who signed.</param>
/// <param name="log">Hears that the dialect is on.</param>
internal sealed partial class ColoniesStart(ServerOwner owner, SignatureLibrary library, ILogger<ColoniesStart> log) : IHostedService
{
    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await owner.StartAsync(cancellationToken).ConfigureAwait(false);
        if (owner.Id is { } id)
        {
            LogOn(id, library.Signatures.Name);
            if (library.Lacking is { } lacking)
            {
                LogSlower(lacking);
            }
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1103, LogLevel.Information, "Colonies clients are served at /api; the server's owner is {Owner}, signatures are checked by {Library}")]
    private partial void LogOn(string owner, string library);

    [LoggerMessage(1104, LogLevel.Information, "Signatures could be checked faster: {Why}")]
    private partial void LogSlower(string why);
}
