using System.Net;
using System.Text.Json;
using Muster.Client;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Client;

/// <summary>Submitting and waiting with the library, against a real cluster.</summary>
public sealed class SubmitTests(TestClusterFixture fixture) : TestClusterTest(fixture), IClassFixture<TestClusterFixture>
{
    [Fact]
    public async Task What_is_submitted_is_kept_and_given_back()
    {
        var notBefore = new DateTimeOffset(2100, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        var submission = In() with
        {
            Id = Fresh("p"),
            Name = "a name",
            Runtime = "mine",
            Args = [JsonSerializer.SerializeToElement(1), JsonSerializer.SerializeToElement("two")],
            Kwargs = new Dictionary<string, JsonElement> { ["three"] = JsonSerializer.SerializeToElement(new[] { 3.5 }) },
            Input = JsonSerializer.SerializeToElement(new { deep = new { er = true } }),
            Env = new Dictionary<string, string> { ["KEY"] = "value" },
            Conditions = new Conditions { Types = ["t"], Executors = ["e"], Labels = new Dictionary<string, string> { ["gpu"] = "yes" }, Location = "cellar", Resources = new Dictionary<string, double> { ["memory"] = 16 } },
            MaxWait = TimeSpan.FromDays(3000),
            WaitFrom = WaitFrom.Submission,
            MaxExec = TimeSpan.FromMilliseconds(1500),
            Lease = TimeSpan.FromMinutes(2),
            MaxRetries = 7,
            Retry = new RetryPolicy { Kind = RetryKind.Linear, Delay = TimeSpan.FromSeconds(2), Cap = TimeSpan.FromSeconds(9), Jitter = 0.25 },
            NotBefore = notBefore,
            Deadline = notBefore.AddDays(1),
            Priority = -5,
            Labels = new Dictionary<string, string> { ["album"] = "pets & more = all" },
            Concurrency = new ConcurrencyRule { Key = "k", Max = 2, OnConflict = ConflictPolicy.Queue },
            FinalExitCodes = [3, 4],
            Webhook = new Webhook { Url = "http://127.0.0.1:9/done", Secret = "hidden" },
        };

        var submitted = await Client.SubmitAsync(submission);
        var read = await Client.GetAsync(submission.Id!);

        read.Status.ShouldBe(ProcessStatus.Blocked);
        (read.Name, read.Runtime, read.Queue, read.Priority, read.Namespace).ShouldBe(("a name", "mine", Queue, -5, "default"));
        read.Labels.ShouldBe(submission.Labels);
        read.CreatedAt.ShouldBe(submitted.CreatedAt);
        read.NextDeadline.ShouldNotBeNull();
        var spec = read.Spec!.Value;
        var limits = spec.GetProperty("limits");
        spec.GetProperty("args").ToString().ShouldBe("""[1,"two"]""");
        spec.GetProperty("kwargs").ToString().ShouldBe("""{"three":[3.5]}""");
        spec.GetProperty("input").ToString().ShouldBe("""{"deep":{"er":true}}""");
        spec.GetProperty("env").ToString().ShouldBe("""{"KEY":"value"}""");
        spec.GetProperty("conditions").GetProperty("resources").GetProperty("memory").GetDouble().ShouldBe(16);
        limits.GetProperty("maxExec").GetDouble().ShouldBe(1.5);
        limits.GetProperty("lease").GetDouble().ShouldBe(120);
        limits.GetProperty("maxRetries").GetInt32().ShouldBe(7);
        limits.GetProperty("retry").GetProperty("jitter").GetDouble().ShouldBe(0.25);
        spec.GetProperty("finalExitCodes").ToString().ShouldBe("[3,4]");
        spec.GetProperty("webhook").GetProperty("secret").GetString().ShouldBe("***");
    }

    [Fact]
    public async Task A_typed_input_becomes_a_typed_result()
    {
        (await Client.SubmitAndWaitAsync<int>(Submission.Of("double", 21)).InTimeAsync()).ShouldBe(42);
    }

    [Fact]
    public async Task A_result_of_any_shape_is_read_as_the_type_that_is_asked_for()
    {
        var page = await Client.SubmitAndWaitAsync<Page>(Give(new Page("one", ["a", "b"], new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)))).InTimeAsync();
        page!.Name.ShouldBe("one");
        page.Tags.ShouldBe(["a", "b"]);
        page.At.Year.ShouldBe(2030);
        (await Client.SubmitAndWaitAsync<string>(Give("text with ü and \u0001")).InTimeAsync()).ShouldBe("text with ü and \u0001");
        (await Client.SubmitAndWaitAsync<bool?>(Give<bool?>(null)).InTimeAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_process_that_fails_is_an_exception_with_its_reason()
    {
        var failed = await Should.ThrowAsync<ProcessNotSucceededException>(() => Client.SubmitAndWaitAsync<int>(new Submission { Func = "never" }).InTimeAsync());
        failed.Process.Status.ShouldBe(ProcessStatus.Failed);
        failed.Process.Attempt.ShouldBe(1);
        failed.Message.ShouldContain("this can never work");
    }

    [Fact]
    public async Task A_process_that_is_cancelled_while_it_is_waited_for_is_an_exception()
    {
        var submission = new Submission { Id = Fresh("p"), Func = "stay" };
        var waiting = Client.SubmitAndWaitAsync<int>(submission);
        await Eventually.TrueAsync(async () => (await Client.ListAsync(new ProcessFilter { Statuses = [ProcessStatus.Running] }).AllAsync()).Any(p => p.Id == submission.Id));
        await Client.CancelAsync(submission.Id!, "no longer wanted");
        var cancelled = await Should.ThrowAsync<ProcessNotSucceededException>(() => waiting.InTimeAsync());
        cancelled.Process.Status.ShouldBe(ProcessStatus.Cancelled);
        cancelled.Message.ShouldContain("no longer wanted");
    }

    [Fact]
    public async Task A_wait_that_takes_too_long_ends_and_the_process_goes_on()
    {
        var id = (await Client.SubmitAsync(In())).Id;
        await Should.ThrowAsync<TimeoutException>(() => Client.WaitAsync(id, TimeSpan.FromMilliseconds(300)));
        using var given = new CancellationTokenSource();
        var waiting = Client.WaitAsync(id, cancel: given.Token);
        await given.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting.InTimeAsync());
        (await Client.GetAsync(id)).Status.ShouldBe(ProcessStatus.Waiting);
    }

    [Fact]
    public async Task The_same_submission_twice_is_one_process_and_another_one_is_a_conflict()
    {
        var submission = In("f", 1) with { Id = Fresh("p") };
        await Client.SubmitAsync(submission);
        (await Client.SubmitAsync(submission)).Id.ShouldBe(submission.Id);
        var conflict = await Should.ThrowAsync<MusterConflictException>(() => Client.SubmitAsync(submission with { Func = "other" }));
        conflict.Status.ShouldBe(HttpStatusCode.Conflict);
        (await StoryAsync(submission.Id!)).ShouldBe("submitted");
    }

    [Fact]
    public async Task A_key_makes_a_submission_one_process_and_belongs_to_its_namespace()
    {
        var submission = In("f", 1) with { Key = Fresh("order 4711/") };
        var first = await Client.SubmitAsync(submission);
        (await Client.SubmitAsync(submission)).Id.ShouldBe(first.Id);
        await Should.ThrowAsync<MusterConflictException>(() => Client.SubmitAsync(submission with { Func = "other" }));
        var elsewhere = await Client.InNamespace(Fresh("ns")).SubmitAsync(submission with { Func = "other" });
        elsewhere.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task A_wrong_submission_is_refused_with_the_field_and_the_reason()
    {
        var wrong = await Should.ThrowAsync<MusterException>(() => Client.SubmitAsync(In() with { MaxRetries = -2 }));
        wrong.ShouldNotBeOfType<MusterConflictException>();
        wrong.Status.ShouldBe(HttpStatusCode.BadRequest);
        wrong.Field.ShouldBe("maxRetries");
        wrong.Detail.ShouldNotBeNull().ShouldContain("-1");

        (await Should.ThrowAsync<MusterException>(() => Client.SubmitAsync(In("f", new string('x', 1100 * 1024))))).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task In_a_batch_each_item_is_judged_by_itself()
    {
        var taken = In("f", 1) with { Id = Fresh("p") };
        await Client.SubmitAsync(taken);

        var outcomes = await Client.SubmitManyAsync([In("f", 2), taken, taken with { Func = "other" }, In() with { Priority = 1_000_001 }, In() with { After = ["nobody"] }, In("f", 3)]);

        outcomes.Select(o => o.Status).ShouldBe([201, 200, 409, 400, 400, 201]);
        outcomes.Select(o => o.Accepted).ShouldBe([true, true, false, false, false, true]);
        outcomes[3].Problem!.Field.ShouldNotBeNull().ShouldContain("priority");
        outcomes[2].Problem!.Detail.ShouldNotBeNull();
        (await Client.ListAsync(new ProcessFilter { Queue = Queue }).AllAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_batch_of_any_size_is_sent_in_order()
    {
        var outcomes = await Client.SubmitManyAsync(Enumerable.Range(0, 2_345).Select(n => In("f", n) with { Id = $"{Queue}-{n}" })).InTimeAsync();
        outcomes.Select(o => o.Id).ShouldBe(Enumerable.Range(0, 2_345).Select(n => $"{Queue}-{n}"));
        outcomes.ShouldAllBe(o => o.Status == 201);
        (await Client.QueueAsync(Queue)).Count(ProcessStatus.Waiting).ShouldBe(2_345);
    }

    [Fact]
    public async Task A_batch_beyond_what_one_request_may_carry_is_split()
    {
        // 40 MB, above the 32 MiB of a request.
        var outcomes = await Client.SubmitManyAsync(Enumerable.Range(0, 50).Select(n => In("f", new string((char)('a' + (n % 26)), 800_000)) with { Id = $"{Queue}-{n}" })).InTimeAsync();
        outcomes.ShouldAllBe(o => o.Status == 201);
        outcomes.Count.ShouldBe(50);
        (await Client.GetAsync($"{Queue}-49")).Spec!.Value.GetProperty("input").GetString().ShouldBe(new string('x', 800_000));
    }

    [Fact]
    public async Task Parents_in_the_same_batch_run_first()
    {
        var (one, two, last) = (Fresh("one"), Fresh("two"), Fresh("last"));
        var outcomes = await Client.SubmitManyAsync([Submission.Of("double", 1) with { Id = one }, Submission.Of("double", 2) with { Id = two, After = [one] }, Submission.Of("double", 3) with { Id = last, After = [one, two] }]);
        outcomes.ShouldAllBe(o => o.Accepted);
        (await EndAsync(last)).ResultAs<int>().ShouldBe(6);
        (await Client.GetAsync(last)).StartedAt!.Value.ShouldBeGreaterThanOrEqualTo((await Client.GetAsync(two)).FinishedAt!.Value);
        (await Client.GetAsync(two)).StartedAt!.Value.ShouldBeGreaterThanOrEqualTo((await Client.GetAsync(one)).FinishedAt!.Value);
    }

    [Fact]
    public async Task A_child_of_a_parent_that_fails_fails_and_names_it()
    {
        var parent = (await Client.SubmitAsync(new Submission { Func = "never" })).Id;
        var child = await Should.ThrowAsync<ProcessNotSucceededException>(() => Client.SubmitAndWaitAsync<int>(Submission.Of("double", 1) with { After = [parent] }).InTimeAsync());
        child.Process.Cause.ShouldBe(parent);
    }

    [Fact]
    public async Task Nothing_crosses_a_namespace()
    {
        var other = Cluster.CreateClient(Fresh("ns"));
        var submission = In() with { Id = Fresh("p") };
        await Client.SubmitAsync(submission);
        await Should.ThrowAsync<MusterNotFoundException>(() => other.GetAsync(submission.Id!));
        (await other.SubmitAsync(submission with { Func = "other" })).Namespace.ShouldBe(other.Namespace);
        (await Client.GetAsync(submission.Id!)).Func.ShouldBe("f");
        (await other.ListAsync().AllAsync()).ShouldHaveSingleItem().Func.ShouldBe("other");
    }

    [Fact]
    public async Task A_submission_may_name_another_namespace_and_is_waited_for_there()
    {
        var elsewhere = Fresh("ns");
        await using var worker = await WorkerHost.StartAsync(
            Cluster.BaseAddress, w => w.Handle<string, string>("where", (_, c) => Task.FromResult(c.Namespace)), o => (o.Namespace, o.Queues) = (elsewhere, [Queue]));
        (await Client.SubmitAndWaitAsync<string>(In("where", "x") with { Namespace = elsewhere }).InTimeAsync()).ShouldBe(elsewhere);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        var missing = Fresh("p");
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.GetAsync(missing));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.WaitAsync(missing));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.CancelAsync(missing));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.RetryAsync(missing));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.HistoryAsync(missing));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.LogsAsync(missing).AllAsync());
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.FollowLogsAsync(missing).AllAsync());
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.FilesAsync(missing));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.GetFileAsync(missing, "f"));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.QueueAsync(missing));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.SetQueueLimitsAsync(missing, 1, null));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client.ExecutorAsync(missing));
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_is_unavailable()
    {
        using var http = new HttpClient();
        var client = new MusterClient(http, new MusterClientOptions { BaseAddress = new Uri("http://127.0.0.1:9"), Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(10) });
        (await Should.ThrowAsync<MusterUnavailableException>(() => client.SubmitAsync(In()))).Status.ShouldBeNull();
    }

    private static Submission Give<T>(T what) => new()
    {
        Func = "give",
        Kwargs = new Dictionary<string, JsonElement> { ["what"] = JsonSerializer.SerializeToElement(what, JsonSerializerOptions.Web) },
    };

    private sealed record Page(string Name, IReadOnlyList<string> Tags, DateTimeOffset At);
}
