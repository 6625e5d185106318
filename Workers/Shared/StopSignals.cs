using System.Runtime.InteropServices;

namespace Muster.Workers.Shared;

/// <summary>Ctrl+C and SIGTERM: the first asks the worker to stop, the second ends the program at once.</summary>
public sealed class StopSignals : IDisposable
{
    /// <summary>What shells give for a program that was interrupted.</summary>
    private const int Interrupted = 130;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _asked;

    /// <summary>Listens from now on.</summary>
    public StopSignals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }
    }

    /// <summary>Is cancelled when the worker is to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Calls back for a further signal.</summary>
    /// <param name="signal">One of <see cref="PosixSignal"/>, or the number of the operating system.</param>
    /// <param name="action">What is done, on a thread of the pool.</param>
    public void On(PosixSignal signal, Action action) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        action();
    }));

    /// <summary>Asks the worker to stop, as a signal does.</summary>
    public void Stop()
    {
        Interlocked.Exchange(ref _asked, 1);
        _stop.Cancel();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref _asked, 1) == 1)
        {
            Environment.Exit(Interrupted);
        }

        // What hears of it may take its time, and the thread of the signals is one for all.
        ThreadPool.QueueUserWorkItem(_ => _stop.Cancel());
    }
}
