using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Muster.Workers.Conductor.Metrics;

/// <summary>Counters and gauges with the names and labels that dashboards for Conductor workers know.</summary>
internal sealed class WorkerMetrics
{
    private readonly ConcurrentDictionary<string, double> _counters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, double> _gauges = new(StringComparer.Ordinal);

    /// <summary>One more.</summary>
    public void Count(string name, string taskType, params ReadOnlySpan<(string Name, string Value)> labels) => _counters.AddOrUpdate(Key(name + "_total", taskType, labels), 1, (_, n) => n + 1);

    /// <summary>As much now.</summary>
    public void Set(string name, string taskType, double value) => _gauges[Key(name, taskType, [])] = value;

    /// <summary>Adds what a file of another process says.</summary>
    public void Add(string text)
    {
        var isCounter = false;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                isCounter = line.EndsWith(" counter", StringComparison.Ordinal);
            }
            else if (line.LastIndexOf(' ') is > 0 and var at && double.TryParse(line.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                if (isCounter)
                {
                    _counters.AddOrUpdate(line[..at], value, (_, n) => n + value);
                }
                else
                {
                    _gauges[line[..at]] = value;
                }
            }
        }
    }

    /// <summary>The text format of Prometheus.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var (values, type) in new[] { (_counters, "counter"), (_gauges, "gauge") })
        {
            foreach (var family in values.OrderBy(v => v.Key, StringComparer.Ordinal).GroupBy(v => v.Key[..v.Key.IndexOf('{', StringComparison.Ordinal)]))
            {
                text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Key} {type}\n");
                foreach (var (key, value) in family)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{key} {value}\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Key(string name, string taskType, ReadOnlySpan<(string Name, string Value)> labels)
    {
        var key = $"{name}{{taskType=\"{Escape(taskType)}\"";
        foreach (var (label, value) in labels)
        {
            key += $",{label}=\"{Escape(value)}\"";
        }

        return key + "}";
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
