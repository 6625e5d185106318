using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>The tests of who gets which process when share one cluster, for they wait more than they work.</summary>
[CollectionDefinition(Name)]
public sealed class Scheduling : ICollectionFixture<ColoniesFixture>
{
    /// <summary>Its name.</summary>
    public const string Name = "colonies scheduling";
}
