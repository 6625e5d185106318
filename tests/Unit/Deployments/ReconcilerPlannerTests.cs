using System.Diagnostics;
using Muster.Engine.Deployments.Planning;
using Muster.Messages.Deployments;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Deployments;

/// <summary>Plans, carried out in worlds where instances crash, nodes go and revisions do not work.</summary>
public sealed class ReconcilerPlannerTests
{
    private static readonly DeploymentId Id = new("default", "web");
    private static readonly SeenState[] Alive = [SeenState.Starting, SeenState.Healthy, SeenState.Unhealthy, SeenState.Unknown];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void From_any_state_it_comes_to_what_is_wanted_and_then_does_nothing(int group)
    {
        for (var n = 0; n < 20; n++)
        {
            var world = Trouble((group * 1_000) + n);
            for (var pass = 0; pass < 2_000 && !IsRight(world); pass++)
            {
                world.Pass(world.Plan());
                world.Live(trouble: 0);
            }

            IsRight(world).ShouldBeTrue($"seed {(group * 1_000) + n}: {string.Join("; ", world.Instances.Values)}");
            world.Plan().Orders.ShouldBeEmpty("What is right is left alone.");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_plan_goes_beyond_the_bounds_of_the_policy(int group)
    {
        for (var n = 0; n < 20; n++)
        {
            var seed = (group * 7_000) + n;
            var world = new World(seed);
            var update = new UpdatePolicy { MaxSurge = world.Below(3), MaxUnavailable = world.Below(2) };
            update = update.MaxSurge + update.MaxUnavailable == 0 ? new() : update;
            var replicas = 1 + world.Below(6);
            world.Desired.Add(Want(1, replicas) with { Update = update });
            for (var pass = 0; pass < 120; pass++)
            {
                if (pass % 30 == 29)
                {
                    world.Desired[0] = world.Desired[0] with { Revision = world.Desired[0].Revision + 1 };
                    if (world.Chance(0.4))
                    {
                        world.Bad.Add(world.Desired[0].Revision);
                    }
                }

                var plan = world.Plan();
                var healthy = world.Of(Id, SeenState.Healthy);
                var stopped = plan.Orders.OfType<InstanceOrder.Stop>().Select(o => o.Instance).ToHashSet();
                var ended = healthy.Count(i => stopped.Contains(i.Id));
                (ended == 0 || healthy.Count - ended >= replicas - update.MaxUnavailable).ShouldBeTrue($"seed {seed}, pass {pass}: {healthy.Count} healthy, {ended} of them to end, {replicas} wanted");
                plan.Orders.Where(o => o is not InstanceOrder.Forget).Select(o => o.Instance).ShouldBeUnique($"seed {seed}");
                world.Pass(plan);
                var alive = world.Of(Id, Alive).Count;
                (alive <= replicas + update.MaxSurge).ShouldBeTrue($"seed {seed}, pass {pass}: {alive} run, {replicas} + {update.MaxSurge} are allowed");
                world.Live(trouble: pass < 90 ? 0.03 : 0);
            }
        }
    }

    [Fact]
    public void What_is_right_is_never_replaced()
    {
        var world = Ready(Want(1, 5));
        world.Desired[0] = Want(1, 5) with { Restart = new RestartPolicy { Kind = RestartKind.Never }, Update = new UpdatePolicy { Kind = UpdateKind.Recreate } };
        world.Plan().Orders.ShouldBeEmpty();
        world.Desired[0] = Want(1, 6);
        world.Plan().Orders.ShouldHaveSingleItem().ShouldBeOfType<InstanceOrder.Start>();
        world.Desired[0] = Want(1, 3);
        world.Plan().Orders.Length.ShouldBe(2);
        world.Plan().Orders.ShouldAllBe(o => o is InstanceOrder.Stop);
    }

    [Fact]
    public void A_revision_that_does_not_become_healthy_stops_the_roll_out_and_says_why()
    {
        var world = Ready(Want(1, 3));
        world.Bad.Add(2);
        world.Desired[0] = Want(2, 3);
        for (var pass = 0; pass < 300; pass++)
        {
            world.Pass(world.Plan());
            world.Of(Id, SeenState.Healthy).Count(i => i.Revision == 1).ShouldBe(3);
            world.Live(trouble: 0);
        }

        world.Plan().Decisions.ShouldContain(d => d.Kind == "hold" && d.Reason.Contains("Revision 2 does not become healthy", StringComparison.Ordinal));
        world.Desired[0] = Want(1, 3);
        Settle(world);
        world.Of(Id, Alive).ShouldAllBe(i => i.Revision == 1);
    }

    [Fact]
    public void Who_crashes_again_and_again_waits_longer_and_longer_and_one_that_ran_long_begins_anew()
    {
        var world = Ready(Want(1, 1));
        var waits = new List<double>();
        world.Bad.Add(1);
        var i = world.Instances.Values.Single();
        var now = world.Now;
        for (var n = 0; n < 10; n++)
        {
            i = i with { State = SeenState.Crashed, StartedAt = now, Since = now, Reason = "exit code 3" };
            var early = Planner.Make(world.Desired, world.Places, [i], now);
            early.Orders.ShouldBeEmpty();
            early.Decisions.ShouldContain(d => d.Kind == "wait" && d.Reason.Contains("exit code 3", StringComparison.Ordinal));
            waits.Add((early.Next!.Value - now).TotalSeconds);
            now = early.Next.Value;
            var restart = Planner.Make(world.Desired, world.Places, [i], now).Orders.ShouldHaveSingleItem().ShouldBeOfType<InstanceOrder.Start>();
            (restart.Instance, restart.Node, restart.Restarts).ShouldBe((i.Id, i.Node, n + 1));
            i = i with { Restarts = restart.Restarts };
        }

        waits.ShouldBe([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        i = i with { State = SeenState.Crashed, StartedAt = now, Since = now.AddMinutes(2) };
        Planner.Make(world.Desired, world.Places, [i], now.AddMinutes(2).AddSeconds(0.5)).Orders.ShouldHaveSingleItem().ShouldBeOfType<InstanceOrder.Start>().Restarts.ShouldBe(1);
    }

    [Fact]
    public void One_that_is_done_is_not_started_again_when_the_policy_says_so()
    {
        var world = Ready(Want(1, 1));
        var done = world.Instances.Values.Single() with { State = SeenState.Crashed, ExitCode = 0 };
        Orders(RestartKind.OnFailure, done).ShouldBeEmpty();
        Orders(RestartKind.OnFailure, done with { ExitCode = 1 }).Length.ShouldBe(1);
        Orders(RestartKind.Never, done with { ExitCode = 1 }).ShouldBeEmpty();
        Orders(RestartKind.Always, done).Length.ShouldBe(1);

        System.Collections.Immutable.ImmutableArray<InstanceOrder> Orders(RestartKind kind, SeenInstance i) =>
            Planner.Make([Want(1, 1) with { Restart = new RestartPolicy { Kind = kind } }], world.Places, [i], world.Now.AddMinutes(5)).Orders;
    }

    [Fact]
    public void Instances_spread_over_the_nodes_that_have_the_labels_and_the_room()
    {
        var world = Ready(Want(1, 6));
        world.Of(Id, SeenState.Healthy).GroupBy(i => i.Node).ShouldAllBe(g => g.Count() == 2);
        var gpu = new Dictionary<string, string> { ["gpu"] = "yes" }.ToImmutableSortedDictionary();
        world = new World(1);
        world.Desired.Add(Want(1, 2, new() { Runtime = "exec", Protocol = "self", Placement = gpu, Resources = new InstanceResources { Cpu = 60 } }));
        world.Plan().Decisions.ShouldContain(d => d.Kind == "no-node" && d.Reason.Contains("gpu=yes", StringComparison.Ordinal));
        world.Places[1] = world.Places[1] with { Labels = gpu };
        var plan = world.Plan();
        plan.Orders.ShouldHaveSingleItem().Node.ShouldBe("n1");
        plan.Decisions.ShouldContain(d => d.Kind == "no-node" && d.Reason.Contains("60 processors", StringComparison.Ordinal));
    }

    [Fact]
    public void One_per_node_follows_the_nodes()
    {
        var world = Ready(Want(1, 0) with { OnePerNode = true });
        world.Of(Id, SeenState.Healthy).Select(i => i.Node).Order().ShouldBe(["n0", "n1", "n2"]);
        world.Places.Add(new InstancePlace { Node = "n3" });
        Settle(world);
        world.Of(Id, SeenState.Healthy).Select(i => i.Node).Order().ShouldBe(["n0", "n1", "n2", "n3"]);
        world.Places[0] = world.Places[0] with { Leaving = true };
        Settle(world);
        world.Of(Id, SeenState.Healthy).Select(i => i.Node).Order().ShouldBe(["n1", "n2", "n3"]);
        world.Desired[0] = world.Desired[0] with { Revision = 2 };
        Settle(world);
        world.Of(Id, SeenState.Healthy).Select(i => (i.Node, i.Revision)).Order().ShouldBe([("n1", 2), ("n2", 2), ("n3", 2)]);
    }

    [Fact]
    public void Of_a_node_that_does_not_answer_nothing_is_started_twice_until_it_is_given_up()
    {
        var world = Ready(Want(1, 3));
        var lost = world.Instances.Values.First(i => i.Node == "n0");
        world.Instances[lost.Id] = lost with { State = SeenState.Unknown };
        world.Places[0] = world.Places[0] with { Answers = false };
        world.Plan().Orders.ShouldBeEmpty();
        world.Places.RemoveAt(0);
        world.Instances.Remove(lost.Id);
        world.Plan().Orders.ShouldHaveSingleItem().Node.ShouldNotBe("n0");
    }

    [Fact]
    public void Recreate_ends_all_old_ones_before_a_new_one_begins()
    {
        var world = Ready(Want(1, 3));
        world.Desired[0] = Want(2, 3) with { Update = new UpdatePolicy { Kind = UpdateKind.Recreate } };
        for (var pass = 0; pass < 50; pass++)
        {
            world.Pass(world.Plan());
            var revisions = world.Instances.Values.Where(i => i.State != SeenState.Stopped).Select(i => i.Revision).Distinct().ToList();
            revisions.Count.ShouldBeLessThanOrEqualTo(1);
            world.Live(trouble: 0);
        }

        world.Of(Id, SeenState.Healthy).Count(i => i.Revision == 2).ShouldBe(3);
    }

    [Fact]
    public void What_no_deployment_wants_ends()
    {
        var world = Ready(Want(1, 2));
        world.Desired.Clear();
        Settle(world);
        world.Instances.ShouldBeEmpty();
        world = Ready(Want(1, 2));
        world.Desired[0] = Want(1, 0) with { Off = "The deployment is disabled." };
        world.Plan().Decisions.ShouldAllBe(d => d.Kind == "stop" && d.Reason.Contains("disabled", StringComparison.Ordinal));
        Settle(world);
        world.Instances.ShouldBeEmpty();
    }

    [Fact]
    public void The_number_rises_with_the_backlog_at_once_and_falls_after_the_cool_down()
    {
        var policy = new ScalePolicy { Min = 1, Max = 5, Backlog = 10, Cooldown = TimeSpan.FromSeconds(30) };
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var state = Scaler.Next(policy, null, 1, 25, now);
        state.Replicas.ShouldBe(3);
        (state = Scaler.Next(policy, state, 0, 900, now.AddSeconds(1))).Replicas.ShouldBe(5);
        (state = Scaler.Next(policy, state, 0, 0, now.AddSeconds(20))).Replicas.ShouldBe(5);
        (state = Scaler.Next(policy, state, 0, 45, now.AddSeconds(25))).Replicas.ShouldBe(5);
        (state = Scaler.Next(policy, state, 0, 0, now.AddSeconds(40))).Replicas.ShouldBe(5, "It was needed 15 s ago.");
        Scaler.Next(policy, state, 0, 0, now.AddSeconds(55)).Replicas.ShouldBe(1);
        Scaler.Next(policy, null, 4, 0, now).Replicas.ShouldBe(4, "A reconciler that takes over does not end what another one needed a moment ago.");
        Scaler.Next(policy with { Max = 2 }, new ScaleState(5, now), 0, 0, now).Replicas.ShouldBe(2);
    }

    // The figure is measured by the benchmark; this only tells a plan that looks at everything for each deployment from one that does not.
    [Fact]
    public void A_thousand_deployments_with_nothing_to_do_are_planned_quickly()
    {
        var desired = Enumerable.Range(0, 1_000).Select(i => Want(1, 3) with { Id = new("default", $"d{i}") }).ToList();
        var world = new World(1);
        world.Desired.AddRange(desired);
        Settle(world);
        world.Instances.Count.ShouldBe(3_000);
        SeenInstance[] all = [.. world.Instances.Values];
        var best = TimeSpan.MaxValue;
        for (var n = 0; n < 10; n++)
        {
            var clock = Stopwatch.StartNew();
            Planner.Make(desired, world.Places, all, world.Now).Orders.ShouldBeEmpty();
            best = clock.Elapsed < best ? clock.Elapsed : best;
        }

        best.ShouldBeLessThan(TimeSpan.FromSeconds(1), $"{best}");
    }

    private static World Trouble(int seed)
    {
        var world = new World(seed);
        var replicas = world.Below(6);
        world.Desired.Add(Want(1, replicas) with
        {
            OnePerNode = world.Chance(0.2),
            Update = new UpdatePolicy { Kind = world.Chance(0.2) ? UpdateKind.Recreate : UpdateKind.Rolling, MaxSurge = world.Below(3), MaxUnavailable = 1 },
        });
        for (var pass = 0; pass < 40; pass++)
        {
            if (world.Chance(0.1))
            {
                world.Desired[0] = world.Desired[0] with { Revision = 1 + world.Below(4), Replicas = world.Below(6) };
                _ = world.Chance(0.3) && world.Bad.Add(world.Desired[0].Revision);
            }

            world.Pass(world.Plan());
            world.Live(trouble: 0.1);
        }

        foreach (var i in world.Instances.Values.Where(_ => world.Chance(0.2)).ToList())
        {
            world.Instances[i.Id] = i with { State = (SeenState)world.Below(6) };
        }

        world.Bad.Clear();
        return world;
    }

    private static bool IsRight(World world)
    {
        var d = world.Desired[0];
        var all = world.Instances.Values.ToList();
        return all.Count == (d.OnePerNode ? world.Places.Count : d.Replicas) && all.TrueForAll(i => i.State == SeenState.Healthy && i.Revision == d.Revision)
            && (!d.OnePerNode || all.Select(i => i.Node).Distinct().Count() == all.Count);
    }

    private static World Ready(DesiredDeployment desired)
    {
        var world = new World(7);
        world.Desired.Add(desired);
        Settle(world);
        return world;
    }

    private static void Settle(World world)
    {
        for (var pass = 0; pass < 200; pass++)
        {
            world.Pass(world.Plan());
            world.Live(trouble: 0);
        }

        world.Plan().Orders.ShouldBeEmpty();
    }

    private static DesiredDeployment Want(long revision, int replicas, InstanceTemplate? template = null) => new()
    {
        Id = Id,
        Revision = revision,
        Replicas = replicas,
        Template = template ?? new InstanceTemplate { Runtime = "exec", Protocol = "self" },
    };
}
