namespace Muster.Runtime.Exec;

/// <summary>The environment that a program of the operating system starts from: nothing of the node's own but what programs cannot do without, because that may hold keys.</summary>
internal static class BaseEnvironment
{
    public static string SearchPath => Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";

    public static Dictionary<string, string> New()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = SearchPath,
            ["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ["LANG"] = Environment.GetEnvironmentVariable("LANG") ?? "C.UTF-8",
            ["TMPDIR"] = Path.GetTempPath(),
        };
        if (OperatingSystem.IsWindows())
        {
            environment["SystemRoot"] = Environment.GetFolderPath(Environment.SpecialFolder.Windows);
        }

        return environment;
    }
}
