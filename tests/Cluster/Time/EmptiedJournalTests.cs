using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Time;

/// <summary>The event stream after the retention has removed what it was at.</summary>
public sealed class EmptiedJournalTests(MovedClockFixture fixture) : ClusterTest(fixture), IClassFixture<MovedClockFixture>
{
    [Fact]
    public async Task Who_resumes_before_what_is_left_is_told_that_it_is_gone()
    {
        var first = await SubmitAsync();
        await Api.PostAsync($"/v1/processes/{first}/cancel").OkAsync();
        fixture.Clock.Advance(TimeSpan.FromDays(1));
        var second = await SubmitAsync();
        await Api.PostAsync($"/v1/processes/{second}/cancel").OkAsync();

        fixture.Clock.Advance(MovedClockFixture.Retention);
        await GoneAsync(first);
        await Api.GetAsync("/v1/events?after=0").RefusedAsync(410, "[after]");
        await Api.GetAsync("/v1/events?after=1").RefusedAsync(410, "after=2");
        await using (var stream = await Sse.OpenAsync(Api, "/v1/events?after=2"))
        {
            (await stream.NextAsync())!.Value.Data.Id().ShouldBe(second);
        }

        fixture.Clock.Advance(TimeSpan.FromDays(2));
        await GoneAsync(second);
        await Api.GetAsync("/v1/events?after=3").RefusedAsync(410, "after=4");
        await using var rest = await Sse.OpenAsync(Api, "/v1/events?after=4");
        var third = await SubmitAsync();
        (await rest.NextAsync())!.Value.Data.Id().ShouldBe(third);
    }

    private Task GoneAsync(string id) => Eventually.SeeAsync(() => Api.GetAsync($"/v1/processes/{id}"), a => a.Status == System.Net.HttpStatusCode.NotFound);
}
