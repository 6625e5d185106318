using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Muster.Runtime.Instances;

/// <summary>A session of Linux: a leader and all that it started and that did not leave it.</summary>
[SupportedOSPlatform("linux")]
internal static partial class ProcessSession
{
    public const int SigKill = 9;
    private const int SigTerm = 15;

    /// <summary>Members start others while they are ended one by one, so it looks again; more often than this only one that does nothing else.</summary>
    private const int Rounds = 50;

    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks one process to end.</summary>
    public static void Terminate(ProcessMark process)
    {
        if (process.IsAlive)
        {
            _ = Kill(process.Id, SigTerm);
        }
    }

    /// <summary>Whether a session has members that run.</summary>
    public static bool IsAlive(int session) => ProcessStat.Running().Any(p => p.Session == session);

    /// <summary>Ends all members of a session. A session whose leader was another process than this is left alone.</summary>
    /// <param name="leader">Its leader, which may have ended.</param>
    /// <param name="certain">Whether the leader was seen running by this program. Otherwise all may have ended long ago and another session may have the number, so only what says by its environment that it is of a node is ended.</param>
    /// <returns>Whether none is left.</returns>
    public static async Task<bool> EndAsync(ProcessMark leader, bool certain = false)
    {
        certain |= leader.IsAlive;
        // The number of a leader is not given to another process while its session has members.
        if (ProcessStat.Of(leader.Id) is { } there && there.Start != leader.Start)
        {
            return true;
        }

        if (ProcessMark.Of(Environment.ProcessId)?.Boot != leader.Boot)
        {
            return true;
        }

        for (var round = 0; round < Rounds; round++)
        {
            var members = ProcessStat.Running().Where(p => p.Session == leader.Id && p.Start >= leader.Start && (certain || p.IsOurs)).ToList();
            if (members.Count == 0)
            {
                return true;
            }

            foreach (var member in members)
            {
                _ = Kill(member.Id, SigKill);
            }

            await Task.Delay(BetweenRounds).ConfigureAwait(false);
        }

        return false;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
