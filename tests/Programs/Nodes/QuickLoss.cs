using Muster.Tests.Support;

namespace Muster.Tests.Programs.Nodes;

/// <summary>Settings with which a lost node is given up sooner than by default: these tests are about what happens then.</summary>
internal static class QuickLoss
{
    /// <summary>Writes them to a folder, and gives the path for <c>--config</c>.</summary>
    public static string In(TestFolder folder)
    {
        var path = folder.File("quick-loss.hocon");
        File.WriteAllText(path, """
            akka.cluster.failure-detector.acceptable-heartbeat-pause = 3s
            akka.cluster.split-brain-resolver.stable-after = 2s
            """);
        return path;
    }
}
