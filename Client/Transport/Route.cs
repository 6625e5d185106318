using System.Globalization;
using System.Text;

namespace Muster.Client.Transport;

/// <summary>Builds a path with its query; every segment and value is escaped.</summary>
internal sealed class Route
{
    private readonly StringBuilder _text = new("v1");
    private char _separator = '?';

    public Route(params ReadOnlySpan<string> segments)
    {
        foreach (var segment in segments)
        {
            ArgumentException.ThrowIfNullOrEmpty(segment);
            if (segment is "." or "..")
            {
                // An address with such a segment means another one, and with it another thing.
                throw new ArgumentException($"'{segment}' is not a name: it has only dots.", nameof(segments));
            }

            _text.Append('/').Append(Uri.EscapeDataString(segment));
        }
    }

    public Route With(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            _separator = '&';
        }

        return this;
    }

    public Route With(string name, long? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public Route With(string name, DateTimeOffset? value) => With(name, value?.ToString("O", CultureInfo.InvariantCulture));

    public Route With(string name, TimeSpan value) => With(name, value.TotalSeconds.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
