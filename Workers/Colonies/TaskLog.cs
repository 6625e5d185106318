using System.Text;

namespace Muster.Workers.Colonies;

/// <summary>The log of one process: lines are sent together, in order, and again until the server has them.</summary>
/// <param name="id">The process.</param>
/// <param name="member">Who sends them.</param>
/// <param name="insistence">Says them.</param>
/// <param name="clock">The time.</param>
internal sealed class TaskLog(string id, ColonyMember member, Insistence insistence, TimeProvider clock)
{
    /// <summary>How long the first line of a message waits for others.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(200);

    private const int LargestMessage = 64 * 1024;

    /// <summary>While the server is away no more is kept than this; what comes then is counted.</summary>
    private const int MostKept = 4 * 1024 * 1024;

    private readonly Lock _sync = new();
    private readonly Queue<string> _lines = new();
    private readonly SemaphoreSlim _added = new(0, 1);
    private int _kept;
    private int _dropped;
    private bool _ended;

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        lock (_sync)
        {
            if (_kept + line.Length > MostKept)
            {
                _dropped++;
            }
            else
            {
                if (_dropped > 0)
                {
                    _lines.Enqueue($"({_dropped} lines are missing: the server was away)");
                    _dropped = 0;
                }

                _kept += line.Length + 1;
                _lines.Enqueue(line);
            }
        }

        Wake();
    }

    /// <summary>Nothing comes after this.</summary>
    public void End()
    {
        lock (_sync)
        {
            _ended = true;
        }

        Wake();
    }

    /// <summary>Sends until the end and all is sent, or the process is no longer this executor's.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        try
        {
            while (true)
            {
                await _added.WaitAsync(over).ConfigureAwait(false);
                if (!_ended)
                {
                    await Task.Delay(Together, clock, over).ConfigureAwait(false);
                }

                while (Next() is { } text)
                {
                    await insistence.SayAsync(cancel => member.LogAsync(id, text, cancel), over).ConfigureAwait(false);
                }

                if (_ended)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RefusedException)
        {
            // The process is somebody else's, or over: nobody takes its lines from here.
        }
    }

    private string? Next()
    {
        lock (_sync)
        {
            var text = new StringBuilder();
            while (_lines.TryPeek(out var line) && (text.Length == 0 || text.Length + line.Length < LargestMessage))
            {
                _lines.Dequeue();
                _kept -= line.Length + 1;
                text.Append(text.Length == 0 ? "" : "\n").Append(line);
            }

            return text.Length == 0 ? null : text.ToString();
        }
    }

    private void Wake()
    {
        lock (_sync)
        {
            if (_added.CurrentCount == 0)
            {
                _added.Release();
            }
        }
    }
}
