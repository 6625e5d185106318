using System.Text.Json;
using Muster.Persistence.Records;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_record_is_kept_replaced_and_forgotten()
    {
        (await Store.Records.WriteAsync(Put("a", """{"n":1}""", "t"))).ShouldBeTrue();
        var first = (await Store.Records.FindAsync("thing", "n", "a"))!;
        (first.Body.GetRawText(), first.Tag, first.Version).ShouldBe(("""{"n":1}""", "t", 1));

        (await Store.Records.WriteAsync(Put("a", """{"n":2}"""))).ShouldBeTrue();
        var second = (await Store.Records.FindAsync("thing", "n", "a"))!;
        (second.Body.GetRawText(), second.Tag, second.Version, second.Seq).ShouldBe(("""{"n":2}""", null, 2, first.Seq));

        (await Store.Records.WriteAsync(new RecordChange.Drop("thing", "n", "a"))).ShouldBeTrue();
        (await Store.Records.FindAsync("thing", "n", "a")).ShouldBeNull();
    }

    [Fact]
    public async Task Changes_of_records_happen_all_or_none()
    {
        (await Store.Records.WriteAsync(Put("a", "1") with { Expected = 0 }, Put("b", "1") with { Expected = 0 })).ShouldBeTrue();

        (await Store.Records.WriteAsync(Put("c", "1") with { Expected = 0 }, Put("a", "2") with { Expected = 0 })).ShouldBeFalse("There is an a.");
        (await Store.Records.WriteAsync(Put("b", "2") with { Expected = 1 }, Put("a", "2") with { Expected = 2 })).ShouldBeFalse("The a has version 1.");
        (await Store.Records.WriteAsync(new RecordChange.Drop("thing", "n", "b") { Expected = 7 })).ShouldBeFalse();
        (await Keys(new("thing"))).ShouldBe(["a", "b"]);
        (await Store.Records.FindAsync("thing", "n", "b"))!.Version.ShouldBe(1);

        (await Store.Records.WriteAsync(Put("b", "2") with { Expected = 1 }, new RecordChange.Drop("thing", "n", "a") { Expected = 1 })).ShouldBeTrue();
        (await Keys(new("thing"))).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Of_many_who_make_the_same_record_at_once_one_does()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.Records.WriteAsync(Put("a", $"{i}") with { Expected = 0 })));
        made.Count(m => m).ShouldBe(1);
        (await Store.Records.FindAsync("thing", "n", "a"))!.Body.GetInt32().ShouldBe(Array.IndexOf(made, true));
    }

    [Fact]
    public async Task Records_are_listed_as_the_filter_says()
    {
        foreach (var key in (string[])["x/1", "x/2", "xy", "é", "z"])
        {
            await Store.Records.WriteAsync(Put(key, "0", key.Length == 3 ? "three" : null));
        }

        await Store.Records.WriteAsync(new RecordChange.Put("thing", "other", "x/3", One), new RecordChange.Put("else", "n", "x/4", One));

        (await Keys(new("thing") { Namespace = "n" })).ShouldBe(["x/1", "x/2", "xy", "é", "z"]);
        (await Keys(new("thing") { KeyPrefix = "x/" })).ShouldBe(["x/1", "x/2", "x/3"]);
        (await Keys(new("thing") { Namespace = "n", Tag = "three" })).ShouldBe(["x/1", "x/2"]);
        (await Keys(new("thing") { Namespace = "n", NewestFirst = true, Limit = 2 })).ShouldBe(["z", "é"]);
        var third = (await Store.Records.ListAsync(new("thing") { Namespace = "n" }))[2];
        (await Keys(new("thing") { Namespace = "n", After = third.Seq })).ShouldBe(["é", "z"]);
        (await Keys(new("thing") { Namespace = "n", After = third.Seq, NewestFirst = true, Limit = 1 })).ShouldBe(["x/2"]);

        await Store.Records.WriteAsync(new RecordChange.DropAll("thing", "n", "x/"));
        (await Keys(new("thing"))).ShouldBe(["xy", "é", "z", "x/3"]);
        await Store.Records.WriteAsync(new RecordChange.DropAll("thing", "n"));
        (await Keys(new("thing"))).ShouldBe(["x/3"]);
        (await Keys(new("else"))).ShouldBe(["x/4"]);
    }

    private static readonly JsonElement One = JsonElement.Parse("1");

    private static RecordChange Put(string key, string json, string? tag = null) => new RecordChange.Put("thing", "n", key, JsonElement.Parse(json), tag);

    private async Task<IEnumerable<string>> Keys(RecordFilter filter) => (await Store.Records.ListAsync(filter)).Select(r => r.Key);
}
