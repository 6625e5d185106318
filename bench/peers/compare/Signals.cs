using System.Runtime.InteropServices;

namespace Muster.Bench.Peers.Compare;

/// <summary>Whoever ends this program gets everything ended that it started: the signals only cancel, and the clean-up runs.</summary>
internal sealed class Signals(CancellationTokenSource cancel) : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations =
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            cancel.Cancel();
        })),
    ];

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
