using Xunit;

namespace Muster.Tests.Cli;

/// <summary>The tests that share one cluster.</summary>
[CollectionDefinition(Name)]
#pragma warning disable CA1711 // What xunit calls a collection.
public sealed class CliCollection : ICollectionFixture<ClusterFixture>
#pragma warning restore CA1711
{
    /// <summary>Its name.</summary>
    public const string Name = "cli";
}
