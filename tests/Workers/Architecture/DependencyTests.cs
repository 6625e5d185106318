using System.Reflection;

namespace Muster.Tests.Workers.Architecture;

/// <summary>Workers know the wire of their system and what they share; nothing of the cluster, and nothing of each other.</summary>
public sealed class DependencyTests
{
    // What no system has for itself: signals and logs, the way to a broker, signatures that the gateway checks too.
    private static readonly string[] Common = ["Muster.Workers.Shared", "Muster.Workers.Amqp", "Muster.Signatures"];

    [Fact]
    public void A_worker_knows_no_actors_no_cluster_and_no_other_worker()
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Where(IsWorker))
        {
            var assembly = Assembly.LoadFrom(file);
            var own = assembly.GetName().Name!;
            assembly.GetReferencedAssemblies().Select(r => r.Name!)
                .Where(r => r.StartsWith("Akka", StringComparison.Ordinal) || (r.StartsWith("Muster.", StringComparison.Ordinal) && !Common.Contains(r) && !own.StartsWith(r, StringComparison.Ordinal) && !Library(own, r)))
                .ShouldBeEmpty(own);
        }
    }

    private static bool IsWorker(string file) => Path.GetFileName(file) is var name && (name.StartsWith("Muster.Workers.", StringComparison.Ordinal) || name.EndsWith("-worker.dll", StringComparison.Ordinal));

    // A program may stand on the library of its own system: colonies-worker on Muster.Workers.Colonies, re-worker on Muster.Workers.ReleaseEngine.
    private static bool Library(string program, string reference) =>
        (program == "re-worker" && reference == "Muster.Workers.ReleaseEngine")
        || (program.EndsWith("-worker", StringComparison.Ordinal) && reference.Equals($"Muster.Workers.{program[..^"-worker".Length]}", StringComparison.OrdinalIgnoreCase));
}
