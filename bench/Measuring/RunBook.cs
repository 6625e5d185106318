using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Muster.Client.Handlers;

namespace Muster.Bench.Measuring;

/// <summary>Which process was started how often, and when first: written by the handlers themselves.</summary>
internal sealed class RunBook
{
    /// <summary>The function that does nothing.</summary>
    public const string Noop = "noop";

    private static readonly System.Text.Json.JsonElement Done = System.Text.Json.JsonElement.Parse("\"done\"");

    private readonly ConcurrentDictionary<string, (int Runs, long FirstAt)> _started = new();

    /// <summary>The handlers, which note each start here.</summary>
    public HandlerRegistry Handlers() => new HandlerRegistry().Add(Noop, context =>
    {
        Note(context.ProcessId, Stopwatch.GetTimestamp());
        return Task.FromResult<System.Text.Json.JsonElement?>(Done);
    });

    /// <summary>A process was started.</summary>
    public void Note(string id, long at, int runs = 1) =>
        _started.AddOrUpdate(id, (runs, at), (_, known) => (known.Runs + runs, Math.Min(known.FirstAt, at)));

    /// <summary>How often it was started.</summary>
    public int Runs(string id) => _started.GetValueOrDefault(id).Runs;

    /// <summary>When it was started first; null for never.</summary>
    public long? FirstAt(string id) => _started.TryGetValue(id, out var known) ? known.FirstAt : null;

    /// <summary>Writes what was noted to a file, for the program that asked for it.</summary>
    public void Save(string path) =>
        File.WriteAllLines(path, _started.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value.Runs} {s.Value.FirstAt}")));

    /// <summary>Takes over what other programs have written.</summary>
    public void Load(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            var parts = line.Split(' ');
            Note(parts[0], long.Parse(parts[2], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
    }
}
