namespace Muster.Gateway.Colonies.Members;

/// <summary>A colony: a tenant with an owner. Its name is the namespace of its processes.</summary>
/// <param name="Name">The name.</param>
/// <param name="OwnerId">The id of the owner.</param>
/// <param name="Paused">Whether nothing is assigned.</param>
internal sealed record Colony(string Name, string OwnerId, bool Paused = false)
{
    /// <summary>The kind of its record.</summary>
    public const string Kind = "colonies.colony";

    /// <summary>The key of its record.</summary>
    public const string Key = "colony";
}
