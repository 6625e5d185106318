using Microsoft.Extensions.Hosting;
using Muster.Gateway;
using Muster.Gateway.Security;
using Muster.Persistence.Keys;

namespace Muster.Seed.Keys;

/// <summary>Before the gateway listens: makes the first operator's key when it was given one, and refuses to start where keys are needed and there are none.</summary>
/// <param name="ring">The keys.</param>
/// <param name="options">Whether they are needed.</param>
/// <param name="settings">The key that was given.</param>
internal sealed class KeyPreparation(KeyRing ring, GatewayOptions options, SeedSettings settings) : IHostedLifecycleService
{
    private const string BootstrapName = "bootstrap";

    /// <summary>Does it; once more changes nothing.</summary>
    /// <exception cref="SettingException">There is no key, or the one that was given cannot be taken.</exception>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        // The gateway knows from now on whether keys are needed.
        await ring.AreNeededAsync(cancel).ConfigureAwait(false);
        if (settings.BootstrapKey is { } bootstrap)
        {
            await BootstrapAsync(bootstrap, cancel).ConfigureAwait(false);
        }

        if (options.KeysRequired && !(await ring.ListAsync(cancel).ConfigureAwait(false)).Any(k => k.RevokedAt is null))
        {
            throw new SettingException(
                $"--urls {settings.Urls} is not loopback, and there are no keys: everybody who reaches the gateway could run commands here. " +
                "Make a key first, with 'keys create --name NAME --role operator' and the same --data or --store, or give one in MUSTER_BOOTSTRAP_KEY, or listen on 127.0.0.1.");
        }
    }

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => PrepareAsync(cancellationToken);

    private async Task BootstrapAsync(string bootstrap, CancellationToken cancel)
    {
        var text = KeyText.Parse(bootstrap) ?? throw new SettingException(
            $"MUSTER_BOOTSTRAP_KEY is not muster_ID_SECRET with an id of 1 to 32 characters of a-z 0-9 and a secret of at least {KeyText.ShortestSecret} of A-Z a-z 0-9 - _. Make one with: echo muster_admin_$(openssl rand -hex 32)");
        var there = (await ring.ListAsync(cancel).ConfigureAwait(false)).FirstOrDefault(k => k.Id == text.Id);
        if (there is null)
        {
            await ring.MakeAsync(BootstrapName, KeyRole.Operator, KeyRow.AllNamespaces, text).ConfigureAwait(false);
        }
        else if (!text.Fits(there.Hash.Span))
        {
            throw new SettingException($"MUSTER_BOOTSTRAP_KEY has the id {text.Id}, under which the store has another key. Take another id.");
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
