using System.Text.Json;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>What an executor mounts. Nothing here depends on it.</summary>
internal sealed record FileSystemWire
{
    /// <summary>Where.</summary>
    public string Mount { get; init; } = "";

    /// <summary>Snapshots.</summary>
    public JsonElement? Snapshots { get; init; }

    /// <summary>Folders to keep in step.</summary>
    public JsonElement? Dirs { get; init; }
}
