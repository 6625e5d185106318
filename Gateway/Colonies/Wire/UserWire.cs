namespace Muster.Gateway.Colonies.Wire;

/// <summary>A user.</summary>
internal sealed record UserWire(string ColonyName = "", string UserId = "", string Name = "", string Email = "", string Phone = "");
