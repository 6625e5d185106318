using Xunit;

namespace Muster.Tests.Cluster.Colonies;

/// <summary>The tests of what each message answers share one cluster; each works in a colony of its own.</summary>
[CollectionDefinition(Name)]
public sealed class Messages : ICollectionFixture<ColoniesFixture>
{
    /// <summary>Its name.</summary>
    public const string Name = "colonies messages";
}
