namespace Muster.Tests.Cluster.Client;

/// <summary>A cluster whose time only moves when a test moves it.</summary>
public sealed class MovedTestClusterFixture : TestClusterFixture
{
    /// <inheritdoc />
    protected override bool MovedClock => true;
}
