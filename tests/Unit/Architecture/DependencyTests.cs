using System.Reflection;
using Muster.Engine;
using Muster.Engine.Processes.Rules;
using Muster.Messages;
using Muster.Persistence;
using NetArchTest.Rules;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Architecture;

/// <summary>Dependencies run one way: Messages, Persistence, Engine, Gateway. Client and Cli use only wires.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Dialects = ["Native", "Colonies", "Conductor", "Flamenco", "ReleaseEngine", "SensorBucket"];

    [Theory]
    [InlineData("Muster.Messages", new string[0])]
    [InlineData("Muster.Persistence", new[] { "Muster.Messages" })]
    [InlineData("Muster.Engine", new[] { "Muster.Messages", "Muster.Persistence" })]
    [InlineData("Muster.Client", new string[0])]
    [InlineData("Muster.Runtime", new[] { "Muster.Messages", "Muster.Persistence", "Muster.Engine", "Muster.Client" })]
    [InlineData("Muster.Signatures", new string[0])]
    [InlineData("Muster.Gateway", new[] { "Muster.Messages", "Muster.Persistence", "Muster.Engine", "Muster.Signatures" })]
    public void An_assembly_knows_only_those_below_it(string assembly, string[] below) =>
        Referenced(assembly).Where(r => r.StartsWith("Muster.", StringComparison.Ordinal)).Except(below).ShouldBeEmpty();

    [Fact]
    public void The_client_knows_no_akka_and_no_database() =>
        Referenced("Muster.Client").Where(r => r.StartsWith("Akka", StringComparison.Ordinal) || r.Contains("Sqlite", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

    [Fact]
    public void Only_the_store_knows_its_databases()
    {
        foreach (var assembly in new[] { "Muster.Messages", "Muster.Engine", "Muster.Gateway", "Muster.Runtime", "Muster.Client" })
        {
            Referenced(assembly).Where(r => r.Contains("Sqlite", StringComparison.OrdinalIgnoreCase) || r is "Npgsql" or "Dapper" or "System.Data.Common").ShouldBeEmpty(assembly);
        }
    }

    [Fact]
    public void The_process_rules_know_no_actors_no_store_no_clock_and_no_chance() => Holds(
        Types.InAssembly(typeof(ProcessRules).Assembly).That().ResideInNamespace("Muster.Engine.Processes.Rules")
            .ShouldNot().HaveDependencyOnAny(
                "Akka", "Muster.Persistence", "Microsoft.Data", "System.Data", "System.TimeProvider", "System.Random", "System.Threading", "System.IO",
                "Muster.Engine.Processes.ProcessActor", "Muster.Engine.EngineContext", "Muster.Engine.Queues", "Muster.Engine.Clocks"));

    [Fact]
    public void The_rules_of_schedules_generators_and_deployments_know_no_actors_no_store_no_clock_and_no_chance() => Holds(
        Types.InAssembly(typeof(ProcessRules).Assembly).That().ResideInNamespaceMatching(@"^Muster\.Engine\.(Schedules|Generators|Deployments)\.Rules")
            .ShouldNot().HaveDependencyOnAny(
                "Akka", "Muster.Persistence", "Microsoft.Data", "System.Data", "System.TimeProvider", "System.Random", "System.Threading", "System.IO",
                "Muster.Engine.EngineContext", "Muster.Engine.Clocks"));

    [Fact]
    public void The_books_of_a_queue_know_no_clock_and_no_actor_system() => Holds(
        Types.InAssembly(typeof(EngineOptions).Assembly).That().ResideInNamespace("Muster.Engine.Queues").And().HaveNameMatching("^(QueueBook|QueueLane|QueueLimits|QueueDemand|QueueItem|DispatcherDemand)$")
            .ShouldNot().HaveDependencyOnAny("System.TimeProvider", "System.Environment", "System.Threading", "Akka.Actor.ActorSystem", "Akka.Cluster", "Muster.Engine.EngineContext"));

    [Fact]
    public void The_store_knows_no_cluster() => Holds(
        Types.InAssembly(typeof(IStore).Assembly).ShouldNot().HaveDependencyOnAny("Akka.Cluster", "Akka.Remote", "Microsoft.AspNetCore"));

    [Fact]
    public void Messages_know_no_persistence_and_no_cluster() => Holds(
        Types.InAssembly(typeof(IMusterMessage).Assembly).ShouldNot().HaveDependencyOnAny("Akka.Persistence", "Akka.Cluster", "Akka.Remote", "Microsoft.AspNetCore"));

    [Fact]
    public void Dialects_do_not_know_each_other()
    {
        foreach (var dialect in Dialects)
        {
            Holds(Types.InAssembly(Assembly.Load("Muster.Gateway")).That().ResideInNamespace($"Muster.Gateway.{dialect}")
                .ShouldNot().HaveDependencyOnAny([.. Dialects.Where(d => d != dialect).Select(d => $"Muster.Gateway.{d}")]));
        }
    }

    private static IEnumerable<string> Referenced(string assembly) => Assembly.Load(assembly).GetReferencedAssemblies().Select(r => r.Name!);

    private static void Holds(ConditionList rule) => (rule.GetResult().FailingTypeNames ?? []).ShouldBeEmpty();
}
