using Muster.Gateway.Colonies;
using Muster.Seed;
using Muster.Signatures;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>A cluster that serves Colonies clients.</summary>
public class ColoniesFixture : SeedFixture
{
    /// <summary>The owner of the server.</summary>
    internal static PrivateKey ServerOwner { get; } = PrivateKey.New();

    /// <inheritdoc />
    protected override SeedSettings Settings => base.Settings with { Colonies = Options };

    /// <summary>The dialect.</summary>
    protected virtual ColoniesOptions Options => new() { ServerId = ServerOwner.Id };
}
