using Akka.Actor;
using Akka.Cluster;

namespace Muster.Engine.Inspection;

/// <summary>Shows the members of the cluster, and changes them.</summary>
/// <param name="system">The member that looks.</param>
public sealed class ClusterDesk(ActorSystem system)
{
    private readonly Cluster _cluster = Cluster.Get(system);

    /// <summary>The address of this member.</summary>
    public string Self => _cluster.SelfAddress.ToString();

    /// <summary>The cluster as this member sees it now.</summary>
    public ClusterView View()
    {
        var state = _cluster.State;
        var ages = state.Members.Where(HasAge).Order(Member.AgeOrdering).Select((m, i) => (m.UniqueAddress, Age: i + 1)).ToDictionary(m => m.UniqueAddress, m => m.Age);
        var roles = state.Members.SelectMany(m => m.Roles).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new ClusterView(
            Self,
            state.Leader?.ToString(),
            roles.Select(r => (Role: r, Leader: state.RoleLeader(r))).Where(r => r.Leader is not null).ToDictionary(r => r.Role, r => r.Leader.ToString(), StringComparer.Ordinal),
            [.. state.Members.Select(m => Of(m, ages)).OrderBy(m => m.Address, StringComparer.Ordinal)]);

        MemberView Of(Member member, Dictionary<UniqueAddress, int> known) => new(
            member.Address.ToString(),
            [.. member.Roles.Order(StringComparer.Ordinal)],
            Word(member.Status),
            !state.Unreachable.Contains(member),
            member.AppVersion.Version,
            known.TryGetValue(member.UniqueAddress, out var age) ? age : null,
            member.UniqueAddress.Equals(_cluster.SelfUniqueAddress));
    }

    /// <summary>The members that can be asked.</summary>
    public IReadOnlyList<string> Answering() => [.. View().Members.Where(m => m.Reachable && m.Status is "up" or "weaklyup" or "leaving" or "joining").Select(m => m.Address)];

    /// <summary>The full address of a member that is named by it or by HOST:PORT; null when there is none.</summary>
    public string? Find(string named)
    {
        ArgumentNullException.ThrowIfNull(named);
        return _cluster.State.Members.Select(m => m.Address).FirstOrDefault(a => a.ToString() == named || $"{a.Host}:{a.Port}" == named)?.ToString();
    }

    /// <summary>Lets a member leave in order: it finishes or gives back its work and hands over its shards.</summary>
    /// <param name="address">Its full address.</param>
    public void Leave(string address) => _cluster.Leave(Address.Parse(address));

    /// <summary>Takes a member for lost: its shards and its work are given to others.</summary>
    /// <param name="address">Its full address.</param>
    public void Down(string address) => _cluster.Down(Address.Parse(address));

    /// <summary>Lets this member join by another; only possible while it is in no cluster.</summary>
    /// <param name="address">The full address of the other.</param>
    /// <returns>Whether it is tried.</returns>
    public bool Join(Address address)
    {
        if (_cluster.SelfMember.Status is not MemberStatus.Removed || !_cluster.State.Members.IsEmpty)
        {
            return false;
        }

        _cluster.Join(address);
        return true;
    }

    internal static string Word(MemberStatus status) => status.ToString().ToLowerInvariant();

    private static bool HasAge(Member member) => member.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Exiting;
}
