using Muster.Client;
using Muster.Client.Handlers;
using Muster.Client.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Client;

/// <summary>Clusters for tests by themselves: several in one process, and what they are when they have started.</summary>
public sealed class SideBySideTests
{
    [Fact]
    public async Task Several_clusters_in_one_process_know_nothing_of_each_other()
    {
        var clusters = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => TestCluster.StartAsync(handlers => handlers.Add<int, int>("add", (x, _) => Task.FromResult(x + n)))));
        try
        {
            clusters.Select(c => c.BaseAddress).Distinct().Count().ShouldBe(4);
            var results = await Task.WhenAll(clusters.Select(c => c.CreateClient().SubmitAndWaitAsync<int>(Submission.Of("add", 10) with { Id = "the-same" }))).InTimeAsync();
            results.ShouldBe([10, 11, 12, 13]);
            await clusters[0].DisposeAsync();
            await clusters[2].DisposeAsync();
            (await clusters[1].CreateClient().SubmitAndWaitAsync<int>(Submission.Of("add", 20)).InTimeAsync()).ShouldBe(21);
            (await clusters[3].CreateClient().ListAsync().AllAsync()).ShouldHaveSingleItem().Id.ShouldBe("the-same");
        }
        finally
        {
            foreach (var cluster in clusters)
            {
                await cluster.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Clocks_of_two_clusters_move_apart()
    {
        await using var still = await TestCluster.StartAsync(movedClock: true);
        await using var moved = await TestCluster.StartAsync(movedClock: true);
        var submission = new Submission { Func = "f", MaxWait = TimeSpan.FromHours(1) };
        var (waiting, failing) = (still.CreateClient(), moved.CreateClient());
        var ids = (await waiting.SubmitAsync(submission), await failing.SubmitAsync(submission));
        moved.Advance(TimeSpan.FromHours(1));
        (await failing.WaitAsync(ids.Item2.Id, InTime.Limit)).Status.ShouldBe(ProcessStatus.Failed);
        (await waiting.SetPriorityAsync(ids.Item1.Id, 1)).Status.ShouldBe(ProcessStatus.Waiting);
    }

    [Fact]
    public async Task A_cluster_serves_the_first_request_when_it_has_started()
    {
        await using var cluster = await TestCluster.StartAsync();
        using var http = new HttpClient { BaseAddress = cluster.BaseAddress };
        var client = new MusterClient(http, new MusterClientOptions { Retries = 0 });
        (await client.SubmitAsync(new Submission { Func = "f" })).Status.ShouldBe(ProcessStatus.Waiting);
    }

    [Fact]
    public async Task A_cluster_without_handlers_has_no_worker_and_one_with_the_real_time_has_no_clock_to_move()
    {
        await using var cluster = await TestCluster.StartAsync();
        var client = cluster.CreateClient();
        var id = (await client.SubmitAsync(new Submission { Func = "echo" })).Id;
        await Should.ThrowAsync<TimeoutException>(() => client.WaitAsync(id, TimeSpan.FromMilliseconds(400)));
        Should.Throw<InvalidOperationException>(() => cluster.Advance(TimeSpan.FromSeconds(1)));
        Should.Throw<InvalidOperationException>(() => cluster.Now);
    }

    [Fact]
    public async Task A_start_that_is_given_up_leaves_nothing_behind()
    {
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => TestCluster.StartAsync(cancel: given.Token));
        await using var next = await TestCluster.StartAsync(h => h.Add<int, int>("f", (n, _) => Task.FromResult(n)));
        (await next.CreateClient().SubmitAndWaitAsync<int>(Submission.Of("f", 1)).InTimeAsync()).ShouldBe(1);
    }
}
