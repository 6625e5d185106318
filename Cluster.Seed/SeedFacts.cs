using System.Globalization;

namespace Muster.Seed;

/// <summary>The settings of a seed as they are shown to those who look at it from elsewhere.</summary>
internal static class SeedFacts
{
    /// <summary>The settings by the names of their options. Secrets are masked where they are shown.</summary>
    public static IReadOnlyDictionary<string, string> Of(SeedSettings settings) => new Dictionary<string, string>
    {
        ["urls"] = settings.Urls,
        ["data"] = Path.GetFullPath(settings.Data),
        ["store"] = settings.Store ?? "muster.db in the data folder",
        ["queues"] = string.Join(',', settings.Queues),
        ["slots"] = settings.Slots?.ToString(CultureInfo.InvariantCulture) ?? "4 for each processor",
        ["log-level"] = settings.LogLevel.ToString().ToLowerInvariant(),
        ["drain"] = settings.Drain.ToString("c", CultureInfo.InvariantCulture),
        ["retention"] = settings.Retention?.ToString("c", CultureInfo.InvariantCulture) ?? "7.00:00:00",
        ["bootstrap-key"] = settings.BootstrapKey ?? "",
    };
}
