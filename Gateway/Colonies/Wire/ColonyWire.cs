namespace Muster.Gateway.Colonies.Wire;

/// <summary>A colony.</summary>
/// <param name="ColonyId">The id of its owner.</param>
/// <param name="Name">Its name.</param>
internal sealed record ColonyWire(string ColonyId = "", string Name = "");
