using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Muster.Client;
using Shouldly;

namespace Muster.Tests.Client;

public sealed class SubmitTests : ClientTest
{
    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(0)]
    public async Task A_submit_that_was_not_answered_is_repeated_with_the_same_id(int status)
    {
        Gateway.On("POST /v1/processes", status == 0 ? Answer.Lost : Answer.Problem(status), Answer.Ok(Process("p")));

        (await Client().SubmitAsync(new Submission { Func = "f" })).Id.ShouldBe("p");

        var ids = Gateway.All("POST /v1/processes").Select(seen => Guid.Parse(seen.Text("id"))).ToList();
        ids.Count.ShouldBe(2);
        ids[0].ShouldBe(ids[1]);
        ids[0].Version.ShouldBe(7);
    }

    [Fact]
    public async Task A_submit_outlasts_a_gateway_that_is_away()
    {
        await Gateway.StopAsync();
        var submit = Client(configure: o => o.RetryDelay = TimeSpan.FromMilliseconds(50)).SubmitAsync(new Submission { Func = "f" });
        Gateway.On("POST /v1/processes", Answer.Ok(Process("p")));
        await Gateway.StartAsync();

        (await submit.WaitAsync(Patience.Limit)).Id.ShouldBe("p");
    }

    [Fact]
    public async Task A_gateway_that_dies_while_the_connection_is_made_is_asked_again()
    {
        // What .NET lets through of such a socket, as it is.
        var notConnected = new SocketException((int)SocketError.NotConnected);
        using var handler = new DyingHandler(notConnected);
        using var http = new HttpClient(handler);
        Gateway.On("POST /v1/processes", Answer.Ok(Process("p")));
        Gateway.On("POST /v1/processes/p/retry", Answer.Ok(Process("p")));
        var client = new MusterClient(http, new MusterClientOptions { BaseAddress = Gateway.Address, RetryDelay = TimeSpan.FromMilliseconds(2) });

        (await client.SubmitAsync(new Submission { Func = "f" })).Id.ShouldBe("p");

        handler.Dies = true;
        (await Should.ThrowAsync<MusterUnavailableException>(() => client.RetryAsync("p"))).InnerException.ShouldBe(notConnected);
    }

    [Fact]
    public async Task A_gateway_that_stays_away_is_reported_as_unavailable()
    {
        await Gateway.StopAsync();

        var away = await Should.ThrowAsync<MusterUnavailableException>(() => Client(configure: o => o.Retries = 2).SubmitAsync(new Submission { Func = "f" }));

        away.Status.ShouldBeNull();
        away.Message.ShouldContain(Gateway.Address.Authority);
    }

    [Fact]
    public async Task Retry_after_is_honoured()
    {
        var clock = new FakeTimeProvider();
        Gateway.On("POST /v1/processes", Answer.Problem(503, retryAfter: 7), Answer.Ok(Process("p")));
        var began = clock.GetTimestamp();

        await clock.RunUntilAsync(Client(clock).SubmitAsync(new Submission { Func = "f" }));

        clock.GetElapsedTime(began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_request_that_is_never_answered_ends_after_the_timeout()
    {
        var clock = new FakeTimeProvider();
        Gateway.On("POST /v1/processes", async seen =>
        {
            await Task.Delay(Timeout.Infinite, seen.Gone).ContinueWith(_ => { }, TaskScheduler.Default);
            return Answer.Lost;
        });

        var submit = Client(clock, o => o.Retries = 0).SubmitAsync(new Submission { Func = "f" });
        await Gateway.SawAsync("POST /v1/processes");

        (await Should.ThrowAsync<MusterUnavailableException>(() => clock.RunUntilAsync(submit))).Message.ShouldContain("30 s");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(413)]
    [InlineData(500)]
    [InlineData(507)]
    public async Task A_refusal_for_good_is_never_repeated_and_says_why(int status)
    {
        Gateway.On("POST /v1/processes", Answer.Problem(status, "queue is not an id", "queue"));

        var refused = await Should.ThrowAsync<MusterException>(() => Client().SubmitAsync(new Submission { Func = "f" }));

        refused.Status.ShouldBe((HttpStatusCode)status);
        refused.Detail.ShouldBe("queue is not an id");
        refused.Field.ShouldBe("queue");
        refused.Message.ShouldContain("POST /v1/processes");
        (refused is MusterConflictException).ShouldBe(status == 409);
        (refused is MusterNotFoundException).ShouldBe(status == 404);
        (refused is MusterUnavailableException).ShouldBe(status == 507);
        Gateway.All("POST /v1/processes").Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_submitted_stands_on_the_wire_as_the_contract_says()
    {
        Gateway.On("POST /v1/processes", Answer.Ok(Process("p")));

        await Client(configure: o => (o.ApiKey, o.Namespace) = ("secret", "tenant")).SubmitAsync(Submission.Of("resize", new { Width = 10 }) with
        {
            Key = "order-1",
            Queue = "images",
            MaxExec = TimeSpan.FromSeconds(90),
            WaitFrom = WaitFrom.Submission,
            Retry = new RetryPolicy { Kind = RetryKind.Linear, Delay = TimeSpan.FromMilliseconds(1500) },
            Concurrency = new ConcurrencyRule { Key = "k", OnConflict = ConflictPolicy.Replace },
            Labels = new Dictionary<string, string> { ["Team"] = "a" },
        });

        var seen = Gateway.All("POST /v1/processes").ShouldHaveSingleItem();
        seen.Headers.Authorization.ToString().ShouldBe("Bearer secret");
        seen.Headers.ContentType.ToString().ShouldBe("application/json");
        seen.Body.GetRawText().ShouldBe("""
            {"key":"order-1","namespace":"tenant","queue":"images","func":"resize","input":{"width":10},"waitFrom":"submission","maxExec":90,"retry":{"kind":"linear","delay":1.5},"labels":{"Team":"a"},"concurrency":{"key":"k","onConflict":"replace"}}
            """);
    }

    [Fact]
    public async Task A_batch_is_cut_at_a_thousand_and_answered_in_order()
    {
        Gateway.On("POST /v1/processes", seen => Answer.Ok(new { items = seen.Body.EnumerateArray().Select(p => new { status = 201, id = p.GetProperty("id").GetString() }) }));

        var outcomes = await Client().SubmitManyAsync(Enumerable.Range(0, 2001).Select(i => new Submission { Func = "f", Id = $"p{i}" }));

        outcomes.Select(o => o.Id).ShouldBe(Enumerable.Range(0, 2001).Select(i => $"p{i}"));
        outcomes.ShouldAllBe(o => o.Accepted);
        Gateway.All("POST /v1/processes").Select(seen => seen.Body.GetArrayLength()).ShouldBe([1000, 1000, 1]);
    }

    [Fact]
    public async Task Only_the_items_that_the_gateway_was_too_busy_for_are_sent_again()
    {
        var busy = true;
        Gateway.On("POST /v1/processes", seen =>
        {
            var items = seen.Body.EnumerateArray().Select(p => p.GetProperty("id").GetString()!).Select(id => id switch
            {
                "b" when busy => new { status = 503, id, problem = (object?)new { detail = "busy" } },
                "c" => new { status = 400, id, problem = (object?)new { detail = "no", field = "func" } },
                _ => new { status = 201, id, problem = (object?)null },
            }).ToList();
            busy = false;
            return Answer.Ok(new { items });
        });

        var outcomes = await Client().SubmitManyAsync([new() { Func = "f", Id = "a" }, new() { Func = "f", Id = "b" }, new() { Func = "f", Id = "c" }]);

        outcomes.Select(o => o.Status).ShouldBe([201, 201, 400]);
        outcomes[2].Problem!.Field.ShouldBe("func");
        Gateway.All("POST /v1/processes")[1].Body.EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe("b");
    }

    [Fact]
    public async Task A_result_comes_back_as_a_value()
    {
        Gateway.On("POST /v1/processes", Answer.Ok(Process("p")));
        Gateway.On("GET /v1/processes/p", Answer.Ok(Process("p", "running")), Answer.Ok(Process("p", "succeeded", new { total = 3 })));

        var sum = await Client().SubmitAndWaitAsync<Sum>(Submission.Of("add", new[] { 1, 2 }));

        sum.ShouldBe(new Sum(3));
        Gateway.All("GET /v1/processes/p")[0].Query["wait"].ToString().ShouldBe("30");
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task A_process_that_did_not_succeed_is_an_exception_with_the_process(string status)
    {
        Gateway.On("POST /v1/processes", Answer.Ok(Process("p")));
        Gateway.On("GET /v1/processes/p", Answer.Ok(new { id = "p", status, attempt = 4, reason = "no disk" }));

        var failed = await Should.ThrowAsync<ProcessNotSucceededException>(() => Client().SubmitAndWaitAsync<JsonElement>(new Submission { Func = "f" }));

        failed.Process.Attempt.ShouldBe(4);
        failed.Message.ShouldContain("no disk");
    }

    [Fact]
    public async Task Waiting_outlasts_a_gateway_that_is_away_longer_than_any_retry()
    {
        var refused = Enumerable.Repeat(Answer.Problem(503), 20).Append(Answer.Lost);
        Gateway.On("GET /v1/processes/p", [.. refused, Answer.Ok(Process("p", "succeeded"))]);

        var wait = Client(configure: o => (o.Retries, o.RetryDelayCap) = (0, TimeSpan.FromMilliseconds(5))).WaitAsync("p");

        (await wait.WaitAsync(Patience.Limit)).Status.ShouldBe(ProcessStatus.Succeeded);
    }

    [Fact]
    public async Task Waiting_ends_when_its_time_is_over_or_there_is_nothing_to_wait_for()
    {
        var clock = new FakeTimeProvider();
        Gateway.On("GET /v1/processes/p", Answer.Ok(Process("p", "running")));

        await Should.ThrowAsync<TimeoutException>(() => clock.RunUntilAsync(Client(clock).WaitAsync("p", TimeSpan.FromSeconds(5))));
        await Should.ThrowAsync<MusterNotFoundException>(() => Client().WaitAsync("nobody"));
    }

    [Fact]
    public async Task A_retry_whose_answer_was_lost_is_not_sent_again()
    {
        Gateway.On("POST /v1/processes/p/retry", Answer.Lost, Answer.Ok(Process("p")));
        await Should.ThrowAsync<MusterUnavailableException>(() => Client().RetryAsync("p"));
        Gateway.All("POST /v1/processes/p/retry").Count.ShouldBe(1);

        Gateway.On("POST /v1/processes/p/retry", Answer.Problem(503), Answer.Ok(Process("p")));
        (await Client().RetryAsync("p")).Id.ShouldBe("p");
    }

    private sealed record Sum(int Total);

    /// <summary>Lets the gateway die over one request.</summary>
    private sealed class DyingHandler(Exception death) : DelegatingHandler(new SocketsHttpHandler())
    {
        public bool Dies { get; set; } = true;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var dies = Dies;
            Dies = false;
            return dies ? Task.FromException<HttpResponseMessage>(death) : base.SendAsync(request, cancellationToken);
        }
    }
}
