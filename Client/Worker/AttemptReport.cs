using System.Text;
using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>The log lines and the progress of an attempt that the cluster has not taken yet.</summary>
internal sealed class AttemptReport(TimeProvider clock, Signal some, Signal much)
{
    /// <summary>The longest line that the gateway takes, in bytes of UTF-8.</summary>
    private const int LineBytes = 16 * 1024;

    /// <summary>So many UTF-16 characters are never longer than a line in UTF-8.</summary>
    private const int SafeChars = LineBytes / 3;

    /// <summary>What an attempt may keep in memory while the cluster takes nothing, in characters; then new lines are dropped and counted.</summary>
    private const int MostChars = 8 * 1024 * 1024;

    /// <summary>So much is sent without waiting for more, in characters.</summary>
    private const int MuchChars = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<WireLogLine> _lines = new();
    private TaskCompletionSource? _drained;
    private ProgressBody? _progress;
    private ProgressBody? _progressSent;
    private long _sequence;
    private long _dropped;
    private int _chars;
    private bool _closed;

    /// <summary>How often the cluster has refused the lines since the handler ended.</summary>
    public int RefusalsAfterEnd { get; set; }

    public void Log(string text, string stream)
    {
        bool isMuch;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            var rest = text.AsSpan();
            do
            {
                var end = rest.IndexOf('\n');
                var line = end < 0 ? rest : rest[..end];
                rest = end < 0 ? default : rest[(end + 1)..];
                Append(line.TrimEnd('\r'), stream);
            }
            while (!rest.IsEmpty);
            isMuch = _chars >= MuchChars;
        }

        some.Raise();
        if (isMuch)
        {
            much.Raise();
        }
    }

    public void Progress(double? fraction, string? message)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _progress = new ProgressBody(fraction ?? _progress?.Fraction, message ?? _progress?.Message);
        }

        some.Raise();
    }

    /// <summary>The oldest lines, still kept here.</summary>
    public IReadOnlyList<WireLogLine> Peek(int lines, int chars)
    {
        lock (_lock)
        {
            var taken = new List<WireLogLine>();
            foreach (var line in _lines)
            {
                if (taken.Count == lines || (taken.Count > 0 && chars < line.Text.Length))
                {
                    break;
                }

                taken.Add(line);
                chars -= line.Text.Length;
            }

            return taken;
        }
    }

    /// <summary>The cluster has the lines up to a number, or will never take them.</summary>
    public void Taken(long sequence)
    {
        lock (_lock)
        {
            while (_lines.TryPeek(out var line) && line.Sequence <= sequence)
            {
                _chars -= _lines.Dequeue().Text.Length;
            }

            CheckDrained();
        }
    }

    /// <summary>The progress to send, once its lines are gone; null when the cluster knows it.</summary>
    public ProgressBody? PeekProgress()
    {
        lock (_lock)
        {
            return _lines.Count == 0 && _progress != _progressSent ? _progress : null;
        }
    }

    public void ProgressTaken(ProgressBody progress)
    {
        lock (_lock)
        {
            _progressSent = progress;
            CheckDrained();
        }
    }

    /// <summary>Nothing of it matters any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _lines.Clear();
            _chars = 0;
            _progressSent = _progress;
            CheckDrained();
        }
    }

    /// <summary>Ends when the cluster has everything.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            TellDropped("log");
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            CheckDrained();
            if (!_drained.Task.IsCompleted)
            {
                some.Raise();
                much.Raise();
            }

            return _drained.Task;
        }
    }

    private void CheckDrained()
    {
        if (_lines.Count == 0 && _progress == _progressSent)
        {
            _drained?.TrySetResult();
        }
    }

    private void Append(ReadOnlySpan<char> line, string stream)
    {
        if (_chars > MostChars)
        {
            _dropped++;
            return;
        }

        TellDropped(stream);
        while (line.Length > SafeChars && Encoding.UTF8.GetByteCount(line) > LineBytes)
        {
            // A pair of surrogates stays together.
            var cut = char.IsHighSurrogate(line[SafeChars - 1]) ? SafeChars - 1 : SafeChars;
            Enqueue(line[..cut].ToString(), stream);
            line = line[cut..];
        }

        Enqueue(line.ToString(), stream);
    }

    private void TellDropped(string stream)
    {
        if (_dropped > 0)
        {
            Enqueue($"{_dropped} lines were dropped here: they came faster than the cluster took them.", stream);
            _dropped = 0;
        }
    }

    private void Enqueue(string text, string stream)
    {
        _lines.Enqueue(new WireLogLine(++_sequence, clock.GetUtcNow(), stream, text));
        _chars += text.Length;
    }
}
