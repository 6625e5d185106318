namespace Muster.Cli.Http;

/// <summary>The query part of an address, put together.</summary>
internal sealed class Query
{
    private readonly List<string> _parts = [];

    /// <summary>A path of these segments, each escaped.</summary>
    public static string Path(params ReadOnlySpan<string> segments)
    {
        var path = "/v1";
        foreach (var segment in segments)
        {
            path = $"{path}/{Uri.EscapeDataString(segment)}";
        }

        return path;
    }

    /// <summary>Adds a value, unless there is none.</summary>
    public Query With(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _parts.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        return this;
    }

    /// <summary>Adds each value.</summary>
    public Query WithEach(string name, IEnumerable<string>? values)
    {
        foreach (var value in values ?? [])
        {
            With(name, value);
        }

        return this;
    }

    /// <summary>The path with the query.</summary>
    public string On(string path) => _parts.Count == 0 ? path : $"{path}?{string.Join('&', _parts)}";
}
