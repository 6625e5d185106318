namespace Muster.Tests.Docker;

/// <summary>The folder of the sources, from which images are built.</summary>
internal static class Repository
{
    /// <summary>Where it is: above the tests.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The path of something in it.</summary>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string folder) =>
        System.IO.File.Exists(Path.Combine(folder, "Cluster.sln")) ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie inside of the repository."));
}
