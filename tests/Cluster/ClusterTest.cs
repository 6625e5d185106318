using Muster.Tests.Support;
using Xunit;

namespace Muster.Tests.Cluster;

/// <summary>A test against a cluster that its class shares; the queue is its own.</summary>
public abstract class ClusterTest(SeedFixture fixture)
{
    /// <summary>The gateway.</summary>
    protected Api Api => fixture.Seed.Api;

    /// <summary>The cluster.</summary>
    protected TestSeed Seed => fixture.Seed;

    /// <summary>A queue that no other test uses.</summary>
    protected string Queue { get; } = Fresh("q");

    /// <summary>A name that nobody has used.</summary>
    protected static string Fresh(string what) => $"{what}-{Guid.NewGuid():N}"[..(what.Length + 13)];

    /// <summary>Submits to the queue of the test.</summary>
    /// <param name="more">More fields, each with a comma before it.</param>
    /// <param name="func">The function.</param>
    protected Task<string> SubmitAsync(string more = "", string func = "f") => Api.SubmitAsync($$"""{"queue":"{{Queue}}","func":"{{func}}"{{more}}}""");

    /// <summary>Asks for one process of the queue of the test, and gives the assignment.</summary>
    /// <param name="more">More fields, each with a comma before it.</param>
    /// <param name="executor">Who asks.</param>
    protected async Task<System.Text.Json.Nodes.JsonNode> AssignAsync(string more = "", string executor = "w1") =>
        Assert.Single(await Api.AssignAsync(Queue, executor, wait: "30s", more: more));

    /// <summary>Submits and assigns.</summary>
    protected async Task<System.Text.Json.Nodes.JsonNode> RunningAsync(string more = "")
    {
        var id = await SubmitAsync(more);
        var assignment = await AssignAsync();
        Assert.Equal(id, assignment.Id());
        return assignment;
    }
}
