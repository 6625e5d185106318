namespace Muster.Bench.Peers.Compare;

/// <summary>Where the programs of the contestants are.</summary>
internal static class Repository
{
    /// <summary>The folder above this program that has the solution in it.</summary>
    /// <exception cref="Refusal">It was copied elsewhere.</exception>
    public static string Root
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                {
                    return folder.FullName;
                }
            }

            throw new Refusal("The contestants are not found: run bench/compare in the repository.");
        }
    }
}
