using Muster.Engine.Inspection;

namespace Muster.Gateway.Native.Cluster;

/// <summary>What the routes about the cluster work with.</summary>
/// <param name="Cluster">Its members.</param>
/// <param name="Nodes">The inspectors of its nodes.</param>
/// <param name="Shards">Its shards.</param>
public sealed record ClusterServices(ClusterDesk Cluster, NodeDesk Nodes, ShardDesk Shards)
{
    /// <summary>The full address of a member that a request names.</summary>
    /// <param name="named">Its address or HOST:PORT.</param>
    /// <param name="field">Where it stands.</param>
    /// <exception cref="BadRequestException">There is none.</exception>
    public string Member(string? named, string field)
    {
        if (string.IsNullOrEmpty(named))
        {
            throw new BadRequestException(400, $"'{field}' is missing: the address of a member, or HOST:PORT.", field);
        }

        return Cluster.Find(named) ?? throw new BadRequestException(404, $"There is no member {named}. GET /v1/cluster lists them.", field);
    }

    /// <summary>The members that a request is for: the named one, or all that can answer.</summary>
    /// <exception cref="BadRequestException">There is no such member.</exception>
    public IReadOnlyList<string> Members(string? named) => string.IsNullOrEmpty(named) ? Cluster.Answering() : [Member(named, "node")];
}
