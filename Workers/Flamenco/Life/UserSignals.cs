using System.Runtime.InteropServices;
using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Life;

/// <summary>SIGUSR1 puts the worker to sleep, SIGUSR2 wakes it, as if the manager had asked for it.</summary>
internal static class UserSignals
{
    public static void Listen(StopSignals signals, FlamencoWorker worker)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var (first, second) = OperatingSystem.IsLinux() ? (10, 12) : (30, 31);
        signals.On((PosixSignal)first, () => worker.Request(WorkerStatus.Asleep));
        signals.On((PosixSignal)second, () => worker.Request(WorkerStatus.Awake));
    }
}
