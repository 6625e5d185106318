using System.Collections.Immutable;
using System.Text;
using Muster.Messages.Processes;

namespace Muster.Runtime.Pool;

/// <summary>Brings the log lines of one attempt to its process: numbered from 1, in order, in portions, each repeated until it is taken.</summary>
/// <param name="send">Sends a portion; false when the attempt is over and nothing more is wanted.</param>
/// <param name="clock">The time.</param>
/// <param name="sent">How many numbers are taken already.</param>
internal sealed class LogShipper(Func<ImmutableArray<LogLine>, Task<bool>> send, TimeProvider clock, long sent = 0)
{
    /// <summary>The longest line, in bytes of UTF-8; what is longer becomes several.</summary>
    public const int LineLimit = 16 * 1024;

    private const int PortionLines = 256;
    private const int PortionBytes = 64 * 1024;

    /// <summary>Beyond this, writers that can wait are asked to.</summary>
    private const long RoomBytes = 1024 * 1024;

    /// <summary>Beyond this, lines of writers that cannot wait are left out.</summary>
    private const long MostBytes = 4 * RoomBytes;

    /// <summary>What a line costs beside its text.</summary>
    private const int LineOverhead = 64;

    private readonly Lock _sync = new();
    private readonly Queue<LogLine> _lines = new();
    private long _bytes;
    private long _sequence = sent;
    private long _leftOut;
    private bool _closed;
    private Task? _pump;
    private TaskCompletionSource? _room;

    /// <summary>Takes a line.</summary>
    public void Add(string text, string stream)
    {
        lock (_sync)
        {
            if (_closed)
            {
                return;
            }

            if (_bytes > MostBytes)
            {
                _leftOut++;
                return;
            }

            if (_leftOut > 0)
            {
                Keep($"[{_leftOut} log lines were left out here: they came faster than they could be stored]", "log");
                _leftOut = 0;
            }

            foreach (var part in Split(text))
            {
                Keep(part, stream);
            }

            // A full portion goes at once, less waits for the next look.
            if (_lines.Count >= PortionLines || _bytes >= PortionBytes)
            {
                _pump ??= Task.Run(PumpAsync);
            }
        }
    }

    /// <summary>Sends what there is, unless it is under way already.</summary>
    public void Look()
    {
        lock (_sync)
        {
            if (_lines.Count > 0)
            {
                _pump ??= Task.Run(PumpAsync);
            }
        }
    }

    /// <summary>Ends when there is room for more.</summary>
    public ValueTask WhenRoomAsync(CancellationToken cancelled)
    {
        lock (_sync)
        {
            if (_bytes <= RoomBytes || _closed)
            {
                return ValueTask.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(cancelled));
        }
    }

    /// <summary>Sends all that is left; ends when it is taken, or after the time. Nothing is taken afterwards.</summary>
    /// <returns>How many lines were given up.</returns>
    public async Task<int> EndAsync(TimeSpan atMost)
    {
        Task? pump;
        lock (_sync)
        {
            if (_leftOut > 0)
            {
                Keep($"[{_leftOut} log lines were left out here: they came faster than they could be stored]", "log");
                _leftOut = 0;
            }

            pump = _lines.Count > 0 ? _pump ??= Task.Run(PumpAsync) : _pump;
        }

        if (pump is not null)
        {
            try
            {
                await pump.WaitAsync(atMost, clock).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // The end of the attempt matters more than its last lines.
            }
        }

        return Close();
    }

    /// <summary>Drops what is left; nothing is taken afterwards.</summary>
    public int Close()
    {
        lock (_sync)
        {
            _closed = true;
            var left = _lines.Count;
            _lines.Clear();
            _bytes = 0;
            _room?.TrySetResult();
            _room = null;
            return left;
        }
    }

    private static IEnumerable<string> Split(string text)
    {
        // UTF-8 takes at most three bytes for a UTF-16 unit.
        if (text.Length <= LineLimit / 3 || Encoding.UTF8.GetByteCount(text) <= LineLimit)
        {
            yield return text;
            yield break;
        }

        var start = 0;
        while (start < text.Length)
        {
            var length = Math.Min(LineLimit, text.Length - start);
            while (Encoding.UTF8.GetByteCount(text.AsSpan(start, length)) > LineLimit)
            {
                length -= Math.Max(1, (Encoding.UTF8.GetByteCount(text.AsSpan(start, length)) - LineLimit) / 3);
            }

            if (start + length < text.Length && char.IsHighSurrogate(text[start + length - 1]))
            {
                length--;
            }

            yield return text.Substring(start, length);
            start += length;
        }
    }

    private void Keep(string text, string stream)
    {
        _lines.Enqueue(new LogLine(++_sequence, clock.GetUtcNow(), stream, text));
        _bytes += Size(text);
    }

    private static long Size(string text) => LineOverhead + Encoding.UTF8.GetByteCount(text);

    private async Task PumpAsync()
    {
        while (Portion() is { IsEmpty: false } portion)
        {
            if (!await send(portion).ConfigureAwait(false))
            {
                Close();
                return;
            }

            Taken(portion);
        }
    }

    // Lines leave the buffer when they are taken, so that it shows what is owed.
    private ImmutableArray<LogLine> Portion()
    {
        lock (_sync)
        {
            var portion = ImmutableArray.CreateBuilder<LogLine>(Math.Min(_lines.Count, PortionLines));
            long bytes = 0;
            foreach (var line in _lines)
            {
                bytes += Size(line.Text);
                if (portion.Count == PortionLines || (portion.Count > 0 && bytes > PortionBytes))
                {
                    break;
                }

                portion.Add(line);
            }

            if (portion.Count == 0)
            {
                _pump = null;
            }

            return portion.DrainToImmutable();
        }
    }

    private void Taken(ImmutableArray<LogLine> portion)
    {
        lock (_sync)
        {
            for (var i = 0; i < portion.Length && _lines.Count > 0; i++)
            {
                _bytes -= Size(_lines.Dequeue().Text);
            }

            if (_bytes <= RoomBytes)
            {
                _room?.TrySetResult();
                _room = null;
            }
        }
    }
}
