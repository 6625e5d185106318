using System.Collections.Concurrent;
using System.Diagnostics;

namespace Muster.Bench.Peers.Compare.Servers;

/// <summary>A server that runs beside this program, in a folder of its own that goes with it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private readonly string _folder;
    private readonly Process _process;
    private readonly int _end;
    private readonly ConcurrentQueue<string> _said = new();

    private ServerProcess(string folder, Process process, int end)
    {
        (_folder, _process, _end) = (folder, process, end);
        // Nobody may wait for a full pipe; and the last words are the reason when it does not start.
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="name">What a message calls it.</param>
    /// <param name="folder">Its own.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="end">The signal on which it ends at once.</param>
    /// <param name="answers">Whether it serves.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="Refusal">It ended, or did not answer in time.</exception>
    public static async Task<ServerProcess> StartAsync(
        string name, string folder, IReadOnlyList<string> command, int end, Func<Task<bool>> answers, CancellationToken cancel)
    {
        var server = new ServerProcess(folder, Programs.Start(command, folder), end);
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
        await Programs.EndAsync(_process, _end);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

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
