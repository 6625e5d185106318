using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Queues;

/// <summary>Who may take what.</summary>
public sealed class ConditionTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    /// <summary>What the process asks for, who can not take it, and who can.</summary>
    public static TheoryData<string, string, string> Conditions => new()
    {
        { """ "conditions":{"types":["gpu","cpu"]} """, """ "types":["tpu"] """, """ "types":["x","cpu"] """ },
        { """ "conditions":{"executors":["chosen"]} """, "", """ "executor":"chosen" """ },
        { """ "conditions":{"labels":{"zone":"a","disk":"ssd"} } """, """ "labels":{"zone":"a"} """, """ "labels":{"zone":"a","disk":"ssd","more":"x"} """ },
        { """ "conditions":{"labels":{"zone":"a"} } """, """ "labels":{"zone":"b"} """, """ "labels":{"zone":"a"} """ },
        { """ "conditions":{"location":"berlin"} """, """ "location":"Berlin" """, """ "location":"berlin" """ },
        { """ "conditions":{"resources":{"gpu":2,"mem":1.5} } """, """ "resources":{"gpu":8,"mem":1.4} """, """ "resources":{"gpu":2,"mem":1.5} """ },
        { """ "conditions":{"resources":{"gpu":1} } """, """ "resources":{"cpu":64} """, """ "resources":{"gpu":1} """ },
        { """ "func":"render" """, """ "functions":["sum","count"] """, """ "functions":["render"] """ },
        { """ "func":"render" """, """ "functions":["Render"] """, "" },
        { """ "runtime":"python" """, "", """ "runtimes":["exec","python"] """ },
        { """ "runtime":"python" """, """ "runtimes":["exec"] """, """ "runtimes":["python"] """ },
        { """ "conditions":{"types":["t"],"location":"l"},"runtime":"r" """, """ "types":["t"],"location":"l" """, """ "types":["t"],"location":"l","runtimes":["r"] """ },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task A_process_goes_only_to_who_meets_its_conditions(string wants, string wrong, string right)
    {
        var id = await Api.SubmitAsync($$"""{"queue":"{{Queue}}",{{(wants.Contains("func", StringComparison.Ordinal) ? "" : "\"func\":\"f\",")}}{{wants}} }""");
        // The one who cannot takes what stands behind it.
        var any = await SubmitAsync(func: wrong.Contains("functions", StringComparison.Ordinal) ? wrong.Split('"')[3] : "f");
        (await AskAsync(wrong, "20s")).ShouldBe([any]);
        (await AskAsync(wrong, "300ms")).ShouldBeEmpty();
        (await AskAsync(right, "20s")).ShouldBe([id]);
    }

    [Fact]
    public async Task A_poll_that_cannot_does_not_hinder_one_that_can()
    {
        var polls = Enumerable.Range(0, 5).Select(i => Api.AssignAsync(Queue, $"wrong{i}", wait: "3s")).ToList();
        var right = Api.AssignAsync(Queue, "right", wait: "20s", more: ",\"location\":\"here\"");
        var id = await SubmitAsync(""","conditions":{"location":"here"}""");
        (await right).ShouldHaveSingleItem().Id().ShouldBe(id);
        (await Task.WhenAll(polls)).ShouldAllBe(p => p.Count == 0);
    }

    private async Task<IReadOnlyList<string>> AskAsync(string who, string wait)
    {
        var executor = who.Contains("executor\"", StringComparison.Ordinal) ? "" : "\"executor\":\"w\",";
        var more = who.Length == 0 ? "" : $",{who}";
        var got = await Api.PostAsync("/v1/assign", $$"""{ {{executor}}"queues":["{{Queue}}"],"wait":"{{wait}}"{{more}} }""").OkAsync();
        return [.. got["assignments"]!.AsArray().Select(a => a!.Id())];
    }
}
