using System.Collections.Concurrent;
using System.Text.Json;
using Muster.Client;
using Muster.Client.Handlers;
using Muster.Client.Testing;
using Xunit;

namespace Muster.Tests.Cluster.Client;

/// <summary>One cluster for all tests of a class, as a user of the library starts it in his own tests.</summary>
public class TestClusterFixture : IAsyncLifetime
{
    /// <summary>The cluster.</summary>
    public TestCluster Cluster { get; private set; } = null!;

    /// <summary>A client of it.</summary>
    public MusterClient Client { get; private set; } = null!;

    /// <summary>The processes whose function "stay" was stopped, with the attempt.</summary>
    public ConcurrentDictionary<string, int> Stopped { get; } = new();

    /// <summary>Whether its time only moves when a test moves it.</summary>
    protected virtual bool MovedClock => false;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Cluster = await TestCluster.StartAsync(AddHandlers, MovedClock);
        Client = Cluster.CreateClient();
    }

    /// <inheritdoc />
    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    private void AddHandlers(HandlerRegistry handlers) => handlers
        .Add<int, int>("double", (number, _) => Task.FromResult(2 * number))
        .Add("give", context => Task.FromResult<JsonElement?>(context.Kwargs["what"]))
        .Add("until", context => context.Attempt >= context.Args[0].GetInt32()
            ? Task.FromResult<JsonElement?>(JsonSerializer.SerializeToElement(context.Attempt))
            : throw new InvalidOperationException($"attempt {context.Attempt} is too early"))
        .Add("never", _ => throw new FinalFailureException("this can never work"))
        .Add("stay", async context =>
        {
            context.Log($"staying in attempt {context.Attempt}");
            try
            {
                await Task.Delay(Timeout.Infinite, context.Cancelled);
            }
            finally
            {
                Stopped[context.ProcessId] = context.Attempt;
            }

            return null;
        });
}
