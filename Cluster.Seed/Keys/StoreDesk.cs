using Muster.Gateway;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Persistence;

namespace Muster.Seed.Keys;

/// <summary>Changes keys in a store that no seed has open, or that several may.</summary>
/// <param name="store">The store; closed with the desk.</param>
internal sealed class StoreDesk(IStore store) : IKeyDesk
{
    private readonly KeyRing _ring = new(store, new GatewayOptions());

    public async Task<KeyWire> CreateAsync(NewKeyWire key, CancellationToken cancel)
    {
        var wanted = NewKey.Of(key.Name, key.Role, key.Namespace);
        var (row, text) = await _ring.MakeAsync(wanted.Name, wanted.Role, wanted.Namespace).ConfigureAwait(false);
        return KeyWire.Of(row) with { Key = text.ToString() };
    }

    public async Task<IReadOnlyList<KeyWire>> ListAsync(CancellationToken cancel) => [.. (await _ring.ListAsync(cancel).ConfigureAwait(false)).Select(KeyWire.Of)];

    public async Task RevokeAsync(string id, CancellationToken cancel)
    {
        if (!(await _ring.ListAsync(cancel).ConfigureAwait(false)).Any(k => k.Id == id))
        {
            throw new SettingException($"There is no key {id}. 'keys list' shows them.");
        }

        await _ring.RevokeAsync(id).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _ring.Dispose();
        await store.DisposeAsync().ConfigureAwait(false);
    }
}
