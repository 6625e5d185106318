using System.Buffers;
using System.Globalization;
using System.Text;

namespace Muster.Runtime.Exec;

/// <summary>What a command writes to one of its streams: every line goes to the log, and the beginning is kept for the result.</summary>
/// <param name="limit">How many bytes are kept.</param>
/// <param name="line">Gets each line.</param>
internal sealed class StreamCapture(int limit, Action<string> line)
{
    /// <summary>A line that is longer becomes several.</summary>
    private const int LineLimit = 16 * 1024;

    /// <summary>How much of the last line an error text names.</summary>
    private const int LastLineLimit = 1_000;

    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly byte[] _line = new byte[LineLimit];
    private int _lineLength;
    private bool _lineOpen;
    private long _total;

    /// <summary>The last line that was not blank; null when there was none.</summary>
    public string? LastLine { get; private set; }

    /// <summary>How many bytes are kept.</summary>
    public int Kept => _kept.WrittenCount;

    /// <summary>Takes what was read.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        _total += bytes.Length;
        var keep = Math.Min(bytes.Length, limit - _kept.WrittenCount);
        if (keep > 0)
        {
            _kept.Write(bytes[..keep]);
        }

        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            Append(part);
            if (end < 0)
            {
                return;
            }

            EndLine();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        if (_lineOpen)
        {
            EndLine();
        }
    }

    /// <summary>Whether more was written than the given number of bytes, or than is kept.</summary>
    public bool IsTruncated(int keep) => _total > Math.Min(keep, limit);

    /// <summary>What was written, up to the given number of bytes, with a note when that is not all.</summary>
    public string Text(int keep)
    {
        var bytes = _kept.WrittenSpan;
        if (!IsTruncated(keep))
        {
            return Decode(bytes);
        }

        bytes = bytes[..Whole(bytes[..Math.Min(keep, bytes.Length)])];
        return string.Create(CultureInfo.InvariantCulture, $"{Decode(bytes)}\n[truncated: {bytes.Length} of {_total} bytes are kept; the log has all]");
    }

    private static string Decode(ReadOnlySpan<byte> bytes) =>
        // Databases and terminals do not take the NUL that binary output is full of.
        Encoding.UTF8.GetString(bytes).Replace('\0', '\uFFFD');

    // How many bytes stand before a character that is cut at the end.
    private static int Whole(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var b = bytes[^back];
            if ((b & 0xC0) == 0x80)
            {
                continue;
            }

            var length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
            return length > back ? bytes.Length - back : bytes.Length;
        }

        return bytes.Length;
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        _lineOpen |= !part.IsEmpty;
        while (!part.IsEmpty)
        {
            if (_lineLength == LineLimit)
            {
                var whole = Whole(_line);
                Say(_line.AsSpan(0, whole));
                _line.AsSpan(whole).CopyTo(_line);
                _lineLength = LineLimit - whole;
            }

            var taken = Math.Min(part.Length, LineLimit - _lineLength);
            part[..taken].CopyTo(_line.AsSpan(_lineLength));
            _lineLength += taken;
            part = part[taken..];
        }
    }

    private void EndLine()
    {
        var text = _line.AsSpan(0, _lineLength);
        Say(text.EndsWith("\r"u8) ? text[..^1] : text);
        _lineLength = 0;
        _lineOpen = false;
    }

    private void Say(ReadOnlySpan<byte> bytes)
    {
        var text = Decode(bytes);
        if (!string.IsNullOrWhiteSpace(text))
        {
            LastLine = text.Length <= LastLineLimit ? text : text[..LastLineLimit] + "...";
        }

        line(text);
    }
}
