using CsCheck;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Messages;

public sealed class RequirementsTests
{
    private static readonly Capability Worker = new()
    {
        Executor = "w1",
        Types = ["render", "cpu"],
        Runtimes = ["exec"],
        Labels = Map(("zone", "a"), ("disk", "ssd")),
        Location = "basement",
        Resources = Amounts(("gpu-gb", 24)),
    };

    [Fact]
    public void What_requires_nothing_can_be_taken_by_anybody() => new Requirements().CanBeTakenBy(new Capability { Executor = "w" }).ShouldBeTrue();

    [Fact]
    public void An_executor_without_functions_offers_any() => new Requirements { Func = "f" }.CanBeTakenBy(Worker).ShouldBeTrue();

    [Fact]
    public void An_executor_with_functions_takes_only_these()
    {
        var worker = Worker with { Functions = ["f", "g"] };

        new Requirements { Func = "g" }.CanBeTakenBy(worker).ShouldBeTrue();
        new Requirements { Func = "h" }.CanBeTakenBy(worker).ShouldBeFalse();
        new Requirements().CanBeTakenBy(worker).ShouldBeFalse();
    }

    [Fact]
    public void A_runtime_that_is_named_must_be_present()
    {
        new Requirements { Runtime = "exec" }.CanBeTakenBy(Worker).ShouldBeTrue();
        new Requirements { Runtime = "dotnet" }.CanBeTakenBy(Worker).ShouldBeFalse();
    }

    [Theory]
    [InlineData("render", true)]
    [InlineData("cpu", true)]
    [InlineData("gpu", false)]
    public void Any_of_the_types_will_do(string type, bool taken) => Takes(new Conditions { Types = ["other", type] }).ShouldBe(taken);

    [Theory]
    [InlineData("w1", true)]
    [InlineData("w2", false)]
    public void Only_a_named_executor_takes_what_names_executors(string executor, bool taken) => Takes(new Conditions { Executors = ["w0", executor] }).ShouldBe(taken);

    [Fact]
    public void The_location_must_be_the_same()
    {
        Takes(new Conditions { Location = "basement" }).ShouldBeTrue();
        Takes(new Conditions { Location = "attic" }).ShouldBeFalse();
        new Requirements { Conditions = new Conditions { Location = "attic" } }.CanBeTakenBy(Worker with { Location = null }).ShouldBeFalse();
    }

    [Fact]
    public void All_labels_must_be_there_with_their_values()
    {
        Takes(new Conditions { Labels = Map(("zone", "a"), ("disk", "ssd")) }).ShouldBeTrue();
        Takes(new Conditions { Labels = Map(("zone", "a"), ("disk", "hdd")) }).ShouldBeFalse();
        Takes(new Conditions { Labels = Map(("rack", "7")) }).ShouldBeFalse();
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(23.9, true)]
    [InlineData(24.1, false)]
    public void There_must_be_at_least_the_amounts_asked_for(double amount, bool taken) => Takes(new Conditions { Resources = Amounts(("gpu-gb", amount)) }).ShouldBe(taken);

    [Fact]
    public void An_amount_of_something_the_executor_does_not_have_is_not_met_even_when_it_is_zero() =>
        Takes(new Conditions { Resources = Amounts(("tpu", 0)) }).ShouldBeFalse();

    [Fact]
    public void Equal_requirements_have_the_same_lane_however_they_were_made()
    {
        var one = new Requirements { Func = "f", Conditions = new Conditions { Labels = Map(("a", "1"), ("b", "2")), Types = ["x"] } };
        var other = new Requirements { Func = "f", Conditions = new Conditions { Labels = Map(("b", "2"), ("a", "1")), Types = ["x"] } };

        one.Lane().ShouldBe(other.Lane());
    }

    [Fact]
    public void Different_requirements_have_different_lanes()
    {
        Requirements[] all =
        [
            new(), new() { Func = "f" }, new() { Runtime = "f" }, new() { ConcurrencyKey = "f" }, new() { ConcurrencyKey = "f", ConcurrencyMax = 1 },
            Of(new Conditions { Types = ["f"] }), Of(new Conditions { Types = ["f", "g"] }), Of(new Conditions { Executors = ["f"] }), Of(new Conditions { Location = "f" }),
            Of(new Conditions { Labels = Map(("f", "f")) }), Of(new Conditions { Resources = Amounts(("f", 1)) }), Of(new Conditions { Resources = Amounts(("f", 2)) }),
        ];

        all.Select(r => r.Lane()).ShouldBeUnique();
    }

    [Fact]
    public void A_lane_is_a_column_of_stores_that_exist_so_its_hash_never_changes()
    {
        new Requirements().Lane().ShouldBe("8d2da66ce09e538f17fd5b5a");
        Requirements.Of(Serialization.EventSamples.Spec).Lane().ShouldBe("a421718bc839e94989308346");
    }

    [Fact]
    public void The_requirements_of_a_spec_are_all_that_decides_who_can_take_it()
    {
        var requirements = Requirements.Of(Serialization.EventSamples.Spec);

        requirements.Func.ShouldBe("blender");
        requirements.Runtime.ShouldBe("exec");
        requirements.ConcurrencyKey.ShouldBe("invoice-2026-03");
        requirements.ConcurrencyMax.ShouldBe(2);
        requirements.Conditions.ShouldBeSameAs(Serialization.EventSamples.Spec.Conditions);
        Requirements.Of(new ProcessSpec { Queue = "q" }).Func.ShouldBeNull();
    }

    [Fact]
    public void An_executor_that_can_do_more_can_take_at_least_as_much() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3]).Sample((types, label, location, amount) =>
        {
            var conditions = new Conditions
            {
                Types = [.. Enumerable.Range(0, types).Select(i => $"t{i}")],
                Labels = label == 0 ? ImmutableSortedDictionary<string, string>.Empty : Map(("l", $"{label}")),
                Location = location == 0 ? null : $"at{location}",
                Resources = Amounts(("r", amount)),
            };
            var less = new Capability { Executor = "w", Types = ["t0"], Labels = Map(("l", "1")), Location = "at1", Resources = Amounts(("r", 1)) };
            var more = less with { Types = ["t0", "t1", "t2"], Labels = Map(("l", "1"), ("m", "1")), Resources = Amounts(("r", 2), ("s", 1)), Runtimes = ["x"] };
            if (Of(conditions).CanBeTakenBy(less))
            {
                Of(conditions).CanBeTakenBy(more).ShouldBeTrue();
            }
        });

    private static bool Takes(Conditions conditions) => Of(conditions).CanBeTakenBy(Worker);

    private static Requirements Of(Conditions conditions) => new() { Conditions = conditions };

    private static ImmutableSortedDictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        pairs.ToImmutableSortedDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, double> Amounts(params (string Key, double Value)[] pairs) =>
        pairs.ToImmutableSortedDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
}
