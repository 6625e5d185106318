using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Muster.Runtime.Exec;

namespace Muster.Workers.Shared;

/// <summary>Runs commands of the operating system: on Unix each in a process group of its own, which ends whole with the command, when it is cancelled, and when the worker is killed.</summary>
public sealed class CommandRunner : IDisposable
{
    /// <summary>What left the group can hold the output open after the end; it is not waited for any longer.</summary>
    private static readonly TimeSpan AfterExit = TimeSpan.FromSeconds(1);

    /// <summary>The command begins when it has been told to, by a line on its input, so that whoever watches its group knows of it by then. Who dies before says nothing, and nothing begins.</summary>
    private const string Begin = """IFS= read -r go && exec "$@" """;

    private const int BufferSize = 32 * 1024;

    private readonly TimeProvider _clock;
    private readonly string? _setsid;
    private readonly GroupWatcher? _watcher;

    /// <summary>Makes it.</summary>
    /// <param name="clock">The time.</param>
    public CommandRunner(TimeProvider clock)
    {
        _clock = clock;
        if (!OperatingSystem.IsWindows() && CommandPath.Find("setsid", SearchPath(), out var setsid) is null)
        {
            _setsid = setsid;
            _watcher = new GroupWatcher(setsid, "/bin/sh");
        }
    }

    /// <summary>Runs a command until it ends.</summary>
    /// <param name="request">What.</param>
    /// <param name="cancelled">Ends it: SIGTERM first, SIGKILL after <see cref="CommandRequest.KillAfter"/>.</param>
    public async Task<CommandEnd> RunAsync(CommandRequest request, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(request);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (request.Arguments.Any(a => a.Contains('\0', StringComparison.Ordinal)))
        {
            return new CommandEnd.NotStarted("An argument contains a NUL character.");
        }

        var path = request.Environment.TryGetValue("PATH", out var own) ? own : SearchPath();
        if (CommandPath.Find(request.Program, path, out var file) is { } missing)
        {
            return new CommandEnd.NotStarted(missing);
        }

        if (cancelled.IsCancellationRequested)
        {
            return new CommandEnd.Cancelled();
        }

        ExecProcess process;
        try
        {
            process = Start(request, file);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return new CommandEnd.NotStarted($"The command '{file}' could not be started: {e.Message}");
        }

        using (process)
        {
            _watcher?.Add(process.Id);
            request.Started?.Invoke(process.Id);
            try
            {
                return await RunAsync(request, process, cancelled).ConfigureAwait(false);
            }
            finally
            {
                _watcher?.Remove(process.Id);
            }
        }
    }

    /// <summary>Ends what still runs.</summary>
    public void Dispose() => _watcher?.Dispose();

    private async Task<CommandEnd> RunAsync(CommandRequest request, ExecProcess process, CancellationToken cancelled)
    {
        var output = new StreamCapture(request.Keep, line => request.Line?.Invoke(line, false));
        var error = new StreamCapture(request.Keep, line => request.Line?.Invoke(line, true));
        using var reading = new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        var silence = new Silence(request.SilenceLimit, _clock, ended);
        await using (silence.ConfigureAwait(false))
        {
            var streams = Task.WhenAll(
                ReadAsync(process.Output, output, request, silence, reading.Token),
                ReadAsync(process.Error, error, request, silence, reading.Token),
                WriteAsync(process.Input, (_setsid is null ? "" : "go\n") + request.Input, reading.Token));
            var stopped = false;
            try
            {
                await process.ExitedAsync(ended.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                stopped = true;
            }

            // What it left behind in its group ends with it.
            await process.EndAsync(request.KillAfter).ConfigureAwait(false);
            await EndOfStreamsAsync(streams, silence).ConfigureAwait(false);
            await reading.CancelAsync().ConfigureAwait(false);
            await streams.ConfigureAwait(false);
            output.End();
            error.End();
            if (stopped)
            {
                return cancelled.IsCancellationRequested ? new CommandEnd.Cancelled() : new CommandEnd.Silent();
            }
        }

        return new CommandEnd.Exited(process.ExitCode, output.Text(request.Keep), error.Text(request.Keep), error.LastLine);
    }

    // What was written before the end is still read, also when its reader has to wait for room.
    private async Task EndOfStreamsAsync(Task streams, Silence silence)
    {
        while (!streams.IsCompleted)
        {
            var heard = silence.Heard;
            await Task.WhenAny(streams, Task.Delay(AfterExit, _clock, CancellationToken.None)).ConfigureAwait(false);
            if (silence.Heard == heard && !silence.IsWaiting)
            {
                return;
            }
        }
    }

    private ExecProcess Start(CommandRequest request, string file)
    {
        var start = new ProcessStartInfo(_setsid ?? file)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = request.Folder ?? "",
        };

        // The new process is no group leader, so setsid makes it one and becomes the shell, which becomes the command: its id is the id of the group.
        foreach (var argument in (IEnumerable<string>)[.. _setsid is null ? [] : new[] { "/bin/sh", "-c", Begin, "begin", file }, .. request.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in request.Environment)
        {
            start.Environment[name] = value;
        }

        return new ExecProcess(Process.Start(start)!, _setsid is not null, _clock);
    }

    private static async Task ReadAsync(Stream from, StreamCapture to, CommandRequest request, Silence silence, CancellationToken cancelled)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await from.ReadAsync(buffer, cancelled).ConfigureAwait(false) is > 0 and var read)
            {
                silence.Broken();
                to.Take(buffer.AsSpan(0, read));
                if (request.WhenRoom is { } room)
                {
                    silence.Wait(true);
                    await room(cancelled).ConfigureAwait(false);
                    silence.Wait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Nobody waits for more.
        }
    }

    private static async Task WriteAsync(Stream to, string input, CancellationToken cancelled)
    {
        try
        {
            await using (to.ConfigureAwait(false))
            {
                await to.WriteAsync(Encoding.UTF8.GetBytes(input), cancelled).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // A command need not read its input.
        }
    }

    private static string SearchPath() => Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";

    /// <summary>Hears whether a command says something, and ends one that does not.</summary>
    private sealed class Silence : IAsyncDisposable
    {
        private readonly TimeSpan _limit;
        private readonly ITimer? _timer;
        private int _heard;
        private int _waiting;

        public Silence(TimeSpan? limit, TimeProvider clock, CancellationTokenSource end)
        {
            _limit = limit ?? Timeout.InfiniteTimeSpan;
            _timer = limit is null ? null : clock.CreateTimer(_ => end.Cancel(), null, _limit, Timeout.InfiniteTimeSpan);
        }

        public int Heard => Volatile.Read(ref _heard);

        public bool IsWaiting => Volatile.Read(ref _waiting) > 0;

        public void Broken()
        {
            Interlocked.Increment(ref _heard);
            _timer?.Change(_limit, Timeout.InfiniteTimeSpan);
        }

        public void Wait(bool begins)
        {
            Interlocked.Add(ref _waiting, begins ? 1 : -1);
            Broken();
        }

        public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
