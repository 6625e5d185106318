using Muster.Seed;
using Muster.Tests.Support;
using Xunit;

namespace Muster.Tests.Cluster;

/// <summary>One cluster for all tests of a class, on a store in memory and without workers: the test itself is the worker.</summary>
public class SeedFixture : IAsyncLifetime
{
    /// <summary>The cluster.</summary>
    public TestSeed Seed { get; private set; } = null!;

    /// <summary>How it is started.</summary>
    protected virtual SeedSettings Settings => new() { Store = "memory", Slots = 0 };

    /// <inheritdoc />
    public async Task InitializeAsync() => Seed = await TestSeed.StartAsync(Settings);

    /// <inheritdoc />
    public async Task DisposeAsync() => await Seed.DisposeAsync();
}
