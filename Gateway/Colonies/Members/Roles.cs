namespace Muster.Gateway.Colonies.Members;

/// <summary>Who may do what. Server owner, colony owner and member are different people: none of them may do what another may.</summary>
/// <param name="directory">Who there is.</param>
/// <param name="signer">Who signed.</param>
internal readonly struct Roles(ColonyDirectory directory, string signer)
{
    private const string NotMember = "Access denied, not a member of the colony.";

    /// <summary>The owner of the server.</summary>
    /// <exception cref="ColoniesException">It is somebody else.</exception>
    public void NeedServerOwner()
    {
        if (directory.ServerId != signer)
        {
            throw new ColoniesException(403, "Access denied, not the owner of the server.");
        }
    }

    /// <summary>The owner of a colony.</summary>
    /// <exception cref="ColoniesException">It is somebody else, or there is no such colony.</exception>
    public Colony NeedOwner(string colony) => directory.Colony(colony) is { } found && found.OwnerId == signer
        ? found
        : throw new ColoniesException(403, "Access denied, not the owner of the colony.");

    /// <summary>A user, or an executor that is approved.</summary>
    /// <exception cref="ColoniesException">It is none, or there is no such colony.</exception>
    public Member NeedMember(string colony) => directory.Member(colony, signer) is { IsApproved: true } member ? member : throw new ColoniesException(403, NotMember);

    /// <summary>A user, or an executor in whatever state.</summary>
    /// <exception cref="ColoniesException">It is none, or there is no such colony.</exception>
    public Member NeedAnyMember(string colony) => directory.Member(colony, signer) ?? throw new ColoniesException(403, NotMember);

    /// <summary>A member, or the owner of the colony.</summary>
    /// <exception cref="ColoniesException">It is neither, or there is no such colony.</exception>
    public void NeedMemberOrOwner(string colony)
    {
        if (directory.Colony(colony)?.OwnerId != signer)
        {
            NeedMember(colony);
        }
    }

    /// <summary>The colonies in which the signer is a member. A message may name a process and no colony.</summary>
    /// <exception cref="ColoniesException">There is none.</exception>
    public IReadOnlyList<Member> NeedMemberships() =>
        directory.Memberships(signer).Where(m => m.IsApproved).DistinctBy(m => m.Colony).ToList() is { Count: > 0 } memberships ? memberships : throw new ColoniesException(403, NotMember);
}
