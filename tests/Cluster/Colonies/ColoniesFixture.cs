using Muster.Gateway.Colonies;
using Muster.Gateway.Colonies.Crypto;
using Muster.Seed;
using Xunit;

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

/// <summary>The tests of what each message answers share one cluster; each works in a colony of its own.</summary>
[CollectionDefinition(Name)]
public sealed class Messages : ICollectionFixture<ColoniesFixture>
{
    public const string Name = "colonies messages";
}

/// <summary>The tests of who gets which process when share one cluster, for they wait more than they work.</summary>
[CollectionDefinition(Name)]
public sealed class Scheduling : ICollectionFixture<ColoniesFixture>
{
    public const string Name = "colonies scheduling";
}
