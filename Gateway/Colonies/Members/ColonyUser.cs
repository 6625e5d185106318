namespace Muster.Gateway.Colonies.Members;

/// <summary>Somebody who may do what a member may, except what needs an executor.</summary>
/// <param name="Colony">The colony.</param>
/// <param name="Name">The name, unique in the colony.</param>
/// <param name="Id">The identity.</param>
/// <param name="Email">For people.</param>
/// <param name="Phone">For people.</param>
internal sealed record ColonyUser(string Colony, string Name, string Id, string Email, string Phone)
{
    /// <summary>The kind of its record.</summary>
    public const string Kind = "colonies.user";
}
