using CsCheck;
using Muster.Engine.Queues;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Queues;

/// <summary>Many kinds of lanes and demands that come and go: every match is compared with a search through all of them.</summary>
public sealed class MatchProperties
{
    private static readonly Requirements[] Required =
    [
        .. Enumerable.Range(0, 6).Select(i => Some.Function($"f{i}")),
        .. Enumerable.Range(0, 4).Select(i => Some.Keyed($"k{i}", 1 + (i % 2), $"f{i % 3}")),
        .. Enumerable.Range(0, 4).Select(i => new Requirements { Conditions = new Conditions { Executors = [$"x{i}", $"x{i + 1}"] } }),
        new() { Func = "f1", ConcurrencyKey = "k0", ConcurrencyMax = 2, Conditions = new Conditions { Executors = ["x2"] } },
        new(),
    ];

    private static readonly Gen<(int Kind, int A, int B, int C)[]> Steps = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[0, 4]).Array[1, 120];

    [Fact]
    public void Every_match_is_the_best_that_there_is_and_when_there_is_none_nothing_could_be_matched() => Steps.Sample(steps =>
    {
        var book = new QueueBook(10_000);
        var waiting = new List<(QueueItem Item, Requirements Requirements)>();
        var offers = new List<QueueOffer>();
        var version = 0L;
        foreach (var ((kind, a, b, c), n) in steps.Select((s, n) => (s, n)))
        {
            switch (kind)
            {
                case 0 or 1 or 2 or 3:
                    var required = Required[a % Required.Length];
                    var item = Some.Item($"p{n:000}", required, priority: b % 3, since: c);
                    book.Enqueue(item, required);
                    waiting.Add((item, required));
                    break;
                case 4 or 5 or 6:
                    // Another set of functions under the same demand now and then, and other executors behind it.
                    string[] functions = [.. Enumerable.Range(0, 6).Where(f => ((a * 7) + b >> f) % 2 == 0).Select(f => $"f{f}")];
                    book.Want(Some.Interest($"d{b % 5}", c, ++version, book.Demand($"d{b % 5}")?.Used ?? 0, a % 4 == 0 ? [] : functions, executor: $"x{(b + (a % 2)) % 5}"));
                    break;
                case 7:
                    book.Want(Some.Interest($"d{b % 5}", version: ++version, gone: true));
                    book.CloseEmptied();
                    break;
                case 8 when offers.Count > 0:
                    var answered = offers[a % offers.Count];
                    offers.Remove(answered);
                    book.Answered(answered.Id, assigned: b % 2 == 0, now: n).ShouldBeSameAs(answered);
                    book.Limits.Free(answered.Item.Id, answered.Slots);
                    break;
            }

            foreach (var demand in book.Demands)
            {
                book.NextFor(demand).ShouldBe(Takeable(book, waiting).Where(w => w.Requirements.CanBeTakenBy(demand.Capability)).Min(w => w.Item)?.Priority);
            }

            while (true)
            {
                var expected = Takeable(book, waiting).Where(w => book.Demands.Any(d => d.Free > 0 && w.Requirements.CanBeTakenBy(d.Capability))).Min(w => w.Item);
                var offer = book.Match(() => Guid.NewGuid().ToString("N"), n);
                offer?.Item.ShouldBe(expected);
                if (offer is null)
                {
                    expected.ShouldBeNull();
                    break;
                }

                offer.Demand.Kind.ShouldNotBeNull("a demand that is gone gets nothing");
                offer.Lane.Requirements.CanBeTakenBy(offer.Demand.Capability).ShouldBeTrue();
                waiting.RemoveAll(w => w.Item == offer.Item);
                offers.Add(offer);
            }
        }
    }, iter: 600);

    [Fact]
    public void The_next_number_in_two_sets_is_found_wherever_it_is() =>
        Gen.Select(Gen.Int[0, 300].Array[0, 30], Gen.Int[0, 300].Array[0, 30], Gen.Int[0, 5].Array[0, 5], Gen.Int[-1, 320]).Sample((a, b, removed, after) =>
        {
            var (x, y) = (new KindSet(), new KindSet());
            Array.ForEach(a, x.Add);
            Array.ForEach(b, y.Add);
            foreach (var gone in removed.Where(r => r < a.Length))
            {
                x.Remove(a[gone]);
                a[gone] = a[^1];
            }

            var left = Enumerable.Range(0, 301).Where(x.Contains).ToList();
            left.Count.ShouldBe(x.Count);
            var both = left.Intersect(b).Order().ToList();
            KindSet.NextInBoth(x, y, after).ShouldBe(both.Count == 0 ? -1 : both.FirstOrDefault(n => n > after, both[0]));
        }, iter: 5_000);

    private static IEnumerable<(QueueItem Item, Requirements Requirements)> Takeable(QueueBook book, List<(QueueItem Item, Requirements Requirements)> waiting) =>
        waiting.Where(w => book.Limits.HasPlaceForKey(book.Lane(w.Item.Lane)!));
}
