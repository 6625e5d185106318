using Muster.Tests.Support;
using System.Diagnostics;

namespace Muster.Tests.Store.Faults;

/// <summary>Starts this assembly as a process of its own, listens to it and kills it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChildProcess(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, e) => Heard(e.Data);
        _process.ErrorDataReceived += (_, e) => Error += e.Data + "\n";
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it complained about.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The lines that it said so far; all of them after it ended.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Ends when it has said so many lines.</summary>
    public Task Says(int lines) => Eventually.Holds(() => Lines.Count >= lines || _process.HasExited, $"the process says {lines} lines; it said {Lines.Count}. {Error}");

    /// <summary>Kill -9, and every line that it said before.</summary>
    public async Task<IReadOnlyList<string>> KillAsync()
    {
        // Process.Kill sends SIGKILL on Unix: nothing of the process runs after it.
        _process.Kill();
        await _process.WaitForExitAsync();
        await _ended.Task;
        return Lines;
    }

    /// <summary>Whether it ended by itself.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Ends when it ended by itself; gives its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Eventually.Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            _ended.SetResult();
            return;
        }

        lock (_lines)
        {
            _lines.Add(line);
        }
    }
}
