using System.Collections.Concurrent;
using System.Diagnostics;

namespace Muster.Bench.Peers.Compare.Servers;

/// <summary>A server that runs beside this program, in a folder of its own that goes with it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private readonly string _name;
    private readonly string _folder;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private ServerProcess(string name, string folder, Process process)
    {
        (_name, _folder, _process) = (name, folder, process);
        // Nobody may wait for a full pipe; and the last words are the reason when it does not start.
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <exception cref="Refusal">It ended, or did not answer in time.</exception>
    public static async Task<ServerProcess> StartAsync(string name, string folder, IReadOnlyList<string> command, Func<Task<bool>> answers, CancellationToken cancel)
    {
        var server = new ServerProcess(name, folder, Programs.Start(command, folder));
        try
        {
            var started = Stopwatch.GetTimestamp();
            while (!await answers())
            {
                if (server._process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
                {
                    throw new Refusal($"{name} did not start: {server._said.LastOrDefault() ?? "it said nothing"}");
                }

                await Task.Delay(Between, cancel);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Programs.EndAsync(_process);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public override string ToString() => _name;

    private void Note(string? line)
    {
        const int Kept = 20;
        if (!string.IsNullOrWhiteSpace(line))
        {
            _said.Enqueue(line.Trim());
            while (_said.Count > Kept && _said.TryDequeue(out _))
            {
            }
        }
    }
}
