using System.Diagnostics;

namespace Muster.Runtime.Exec;

/// <summary>A running command with all that it started: on Unix a process group of its own, whose number is the id of the command.</summary>
/// <param name="process">The command.</param>
/// <param name="isGroup">Whether it leads a process group.</param>
/// <param name="clock">The time.</param>
internal sealed class ExecProcess(Process process, bool isGroup, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Even SIGKILL does not end what hangs inside the kernel; then the node goes on without it.</summary>
    private static readonly TimeSpan AfterKill = TimeSpan.FromSeconds(3);

    public int Id { get; } = process.Id;

    public int ExitCode => process.ExitCode;

    public Stream Input => process.StandardInput.BaseStream;

    public Stream Output => process.StandardOutput.BaseStream;

    public Stream Error => process.StandardError.BaseStream;

    public void Dispose() => process.Dispose();

    /// <summary>Ends when the command has ended; its children may go on.</summary>
    public Task ExitedAsync(CancellationToken cancelled) => process.WaitForExitAsync(cancelled);

    /// <summary>Ends the command and its group: asks first, and kills what is left after the time.</summary>
    public async Task EndAsync(TimeSpan killAfter)
    {
        if (isGroup && !OperatingSystem.IsWindows())
        {
            if (!IsAlive())
            {
                return;
            }

            ProcessGroup.Terminate(Id);
            if (!await GoneAsync(killAfter).ConfigureAwait(false))
            {
                ProcessGroup.Kill(Id);
                await GoneAsync(AfterKill).ConfigureAwait(false);
            }

            return;
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await GoneAsync(AfterKill).ConfigureAwait(false);
        }
    }

    private bool IsAlive() => !process.HasExited || (isGroup && !OperatingSystem.IsWindows() && ProcessGroup.IsAlive(Id));

    private async Task<bool> GoneAsync(TimeSpan atMost)
    {
        var start = clock.GetTimestamp();
        while (IsAlive())
        {
            if (clock.GetElapsedTime(start) > atMost)
            {
                return false;
            }

            await Task.Delay(LookEvery, clock).ConfigureAwait(false);
        }

        return true;
    }
}
