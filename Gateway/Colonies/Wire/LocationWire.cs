namespace Muster.Gateway.Colonies.Wire;

/// <summary>A place where executors are.</summary>
/// <param name="LocationId">Its id.</param>
/// <param name="Name">Its name, unique in the colony.</param>
/// <param name="ColonyName">The colony.</param>
/// <param name="Description">For people.</param>
/// <param name="Long">Degrees to the east.</param>
/// <param name="Lat">Degrees to the north.</param>
internal sealed record LocationWire(string LocationId = "", string Name = "", string ColonyName = "", string Description = "", double Long = 0, double Lat = 0)
{
    /// <summary>The kind of its record; the key is the name.</summary>
    public const string Kind = "colonies.location";
}
