using Muster.Gateway.Native.Wire;

namespace Muster.Seed.Keys;

/// <summary>Where the command line changes keys: the store itself, or the seed that has it.</summary>
internal interface IKeyDesk : IAsyncDisposable
{
    /// <summary>Makes a key, and shows it.</summary>
    Task<KeyWire> CreateAsync(NewKeyWire key, CancellationToken cancel);

    /// <summary>All keys.</summary>
    Task<IReadOnlyList<KeyWire>> ListAsync(CancellationToken cancel);

    /// <summary>Revokes a key.</summary>
    /// <exception cref="SettingException">There is none.</exception>
    Task RevokeAsync(string id, CancellationToken cancel);
}
