using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Muster.Runtime.Exec;

/// <summary>Signals to a process group of Unix.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class ProcessGroup
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    /// <summary>Asks all members to end.</summary>
    public static void Terminate(int group) => _ = Kill(-group, SigTerm);

    /// <summary>Ends all members.</summary>
    public static void Kill(int group) => _ = Kill(-group, SigKill);

    /// <summary>Whether the group has a member that runs.</summary>
    public static bool IsAlive(int group)
    {
        if (Kill(-group, 0) != 0)
        {
            return false;
        }

        // Members that have ended count until somebody reads their exit code; in a container that may be nobody.
        return !OperatingSystem.IsLinux() || Directory.EnumerateDirectories("/proc").Any(folder => IsRunningMember(folder, group));
    }

    private static bool IsRunningMember(string folder, int group)
    {
        if (!char.IsAsciiDigit(Path.GetFileName(folder)[0]))
        {
            return false;
        }

        try
        {
            // pid (name) state parent group ...; the name can hold anything, also parentheses.
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 4);
            return fields[0] is not ("Z" or "X") && int.Parse(fields[2], CultureInfo.InvariantCulture) == group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
