using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Muster.Runtime.Exec;

/// <summary>Runs operating-system commands, without a shell: <c>func</c> is the command, <c>args</c> its arguments, <c>input</c> stands on its standard input.</summary>
public sealed class ExecRuntime : IRuntime, IDisposable
{
    /// <summary>The name of the runtime.</summary>
    public const string RuntimeName = "exec";

    /// <summary>When a command has ended, a child that left its group can still hold its output open; it is heard for as long as it says something, and no longer than this in silence.</summary>
    private static readonly TimeSpan SilenceAfterExit = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan SilenceWhenCancelled = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private const int BufferSize = 32 * 1024;

    private readonly ExecOptions _options;
    private readonly TimeProvider _clock;
    private readonly string? _setsid;
    private readonly GroupWatcher? _watcher;
    private readonly GroupLedger? _ledger;

    /// <summary>Makes the runtime.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="clock">The time.</param>
    public ExecRuntime(ExecOptions options, TimeProvider clock)
        : this(options, clock, null)
    {
    }

    internal ExecRuntime(ExecOptions options, TimeProvider clock, GroupLedger? ledger)
    {
        _options = options;
        _clock = clock;
        if (!OperatingSystem.IsWindows() && CommandPath.Find("setsid", BaseEnvironment.SearchPath, out var setsid) is null)
        {
            _setsid = setsid;
            _watcher = new GroupWatcher(setsid, "/bin/sh");
            _ledger = ledger;
        }
    }

    /// <inheritdoc />
    public string Name => RuntimeName;

    /// <inheritdoc />
    public IReadOnlyCollection<string> Functions => [];

    /// <summary>Ends what still runs.</summary>
    public void Dispose() => _watcher?.Dispose();

    /// <inheritdoc />
    public async Task<RunOutcome> RunAsync(RunRequest request, IRunChannel channel, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(channel);

        // Starting a process takes milliseconds that the caller does not have.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var environment = Environment(request);
        if (Wrong(request, environment) is { } wrong)
        {
            return new RunOutcome.Failed(wrong, Retryable: false);
        }

        if (CommandPath.Find(request.Spec.Func, environment["PATH"], out var file) is { } missing)
        {
            return new RunOutcome.Failed(missing, Retryable: false);
        }

        if (cancelled.IsCancellationRequested)
        {
            return RunOutcome.Cancelled.Instance;
        }

        using var process = TryStart(file, request, environment, out var whyNot);
        return process is null
            ? new RunOutcome.Failed($"The command '{file}' could not be started: {whyNot}", Retryable: false)
            : await RunAsync(process, request, channel, cancelled).ConfigureAwait(false);
    }

    private async Task<RunOutcome> RunAsync(ExecProcess process, RunRequest request, IRunChannel channel, CancellationToken cancelled)
    {
        _watcher?.Add(process.Id);
        _ledger?.Add(process.Id);
        var output = new StreamCapture(_options.OutputLimit, line => channel.Log(line, "stdout"));
        var error = new StreamCapture(_options.OutputLimit, line => channel.Log(line, "stderr"));
        using var reading = new CancellationTokenSource();
        var heard = new Heard(_clock);
        var streams = Task.WhenAll(
            ReadAsync(process.Output, output, channel, heard, reading.Token),
            ReadAsync(process.Error, error, channel, heard, reading.Token));
        var input = WriteAsync(process.Input, request.Spec.Input, reading.Token);
        var stopped = false;
        try
        {
            await process.ExitedAsync(cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            stopped = true;
        }

        // What it left behind in its group ends with it, also after a good end: its folder goes away.
        await process.EndAsync(_options.KillAfter).ConfigureAwait(false);
        _watcher?.Remove(process.Id);
        _ledger?.Remove(process.Id);
        await EndOfStreamsAsync(streams, heard, cancelled).ConfigureAwait(false);
        await reading.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(streams, input).ConfigureAwait(false);
        if (stopped)
        {
            return RunOutcome.Cancelled.Instance;
        }

        output.End();
        error.End();
        return Outcome(process.ExitCode, output, error, request);
    }

    private static RunOutcome Outcome(int code, StreamCapture output, StreamCapture error, RunRequest request)
    {
        if (code == 0)
        {
            return new RunOutcome.Completed(ExecResult.Of(code, output, error));
        }

        var last = error.LastLine;
        if (code is 126 or 127 && last?.StartsWith("setsid: ", StringComparison.Ordinal) == true)
        {
            return new RunOutcome.Failed($"The command could not be started: {last["setsid: ".Length..]}", Retryable: false);
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"The command ended with exit code {code}{(code is > 128 and < 160 ? $" (signal {code - 128})" : "")}{(last is null ? "." : $": {last}")}");
        return new RunOutcome.Failed(text, !request.Spec.FinalExitCodes.Contains(code));
    }

    private ExecProcess? TryStart(string file, RunRequest request, Dictionary<string, string> environment, out string? whyNot)
    {
        whyNot = null;
        var start = new ProcessStartInfo(_setsid ?? file)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = request.Folder.Path,
        };

        // The new process is no group leader, so setsid makes it one and becomes the command: its id is the id of the group.
        if (_setsid is not null)
        {
            start.ArgumentList.Add(file);
        }

        foreach (var argument in request.Spec.Args)
        {
            start.ArgumentList.Add(TextOf(argument));
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return new ExecProcess(Process.Start(start)!, _setsid is not null, _clock);
        }
        catch (Win32Exception e)
        {
            whyNot = e.Message;
            return null;
        }
    }

    private async Task EndOfStreamsAsync(Task streams, Heard heard, CancellationToken cancelled)
    {
        heard.Now();
        while (!streams.IsCompleted)
        {
            var silent = heard.SilentFor;
            if (cancelled.IsCancellationRequested ? silent > SilenceWhenCancelled : !heard.IsWaiting && silent > SilenceAfterExit)
            {
                return;
            }

            await Task.WhenAny(streams, Task.Delay(LookEvery, _clock, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    private static async Task ReadAsync(Stream from, StreamCapture to, IRunChannel channel, Heard heard, CancellationToken cancelled)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await from.ReadAsync(buffer, cancelled).ConfigureAwait(false) is > 0 and var read)
            {
                heard.Now();
                to.Take(buffer.AsSpan(0, read));
                using (heard.Waiting())
                {
                    await channel.WhenRoomAsync(cancelled).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Nobody waits for more.
        }
    }

    private static async Task WriteAsync(Stream to, JsonElement? input, CancellationToken cancelled)
    {
        try
        {
            await using (to.ConfigureAwait(false))
            {
                if (input is { ValueKind: not JsonValueKind.Undefined } json)
                {
                    await to.WriteAsync(Encoding.UTF8.GetBytes(TextOf(json)), cancelled).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // A command need not read its input.
        }
    }

    private static string TextOf(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();

    private static Dictionary<string, string> Environment(RunRequest request)
    {
        var environment = BaseEnvironment.New();
        foreach (var (name, value) in request.Spec.Env)
        {
            environment[name] = value;
        }

        environment["MUSTER_NAMESPACE"] = request.Process.Namespace;
        environment["MUSTER_PROCESS_ID"] = request.Process.Id;
        environment["MUSTER_ATTEMPT"] = request.Attempt.ToString(CultureInfo.InvariantCulture);
        if (request.Spec.TraceParent is { } trace)
        {
            environment["TRACEPARENT"] = trace;
        }

        return environment;
    }

    private static string? Wrong(RunRequest request, Dictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
            {
                return $"The environment variable '{name}' cannot be set: a name is not empty and has no '=', and neither name nor value has a NUL character.";
            }
        }

        return request.Spec.Args.Any(a => TextOf(a).Contains('\0', StringComparison.Ordinal)) ? "An argument contains a NUL character." : null;
    }

    /// <summary>When something was read last, and whether a reader waits for the log.</summary>
    private sealed class Heard(TimeProvider clock)
    {
        private long _at = clock.GetTimestamp();
        private int _waiting;

        public TimeSpan SilentFor => clock.GetElapsedTime(Interlocked.Read(ref _at));

        public bool IsWaiting => Volatile.Read(ref _waiting) > 0;

        public void Now() => Interlocked.Exchange(ref _at, clock.GetTimestamp());

        public Wait Waiting()
        {
            Interlocked.Increment(ref _waiting);
            return new Wait(this);
        }

        public readonly struct Wait(Heard heard) : IDisposable
        {
            public void Dispose()
            {
                heard.Now();
                Interlocked.Decrement(ref heard._waiting);
            }
        }
    }
}
