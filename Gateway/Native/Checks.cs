using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages;

namespace Muster.Gateway.Native;

/// <summary>The bounds of the door. Each says which field breaks it.</summary>
internal static class Checks
{
    public const int SpecBytes = 1 << 20;
    public const int ResultBytes = 1 << 20;
    public const int CheckpointBytes = 64 << 10;
    public const int LogLineBytes = 16 << 10;
    public const int BatchItems = 1_000;
    public const int Parents = 10_000;
    public const long FileBytes = 100L << 20;
    public const int Labels = 64;
    public const int LabelKey = 128;
    public const int LabelValue = 256;
    public const int AttributeValue = 4 << 10;
    public const int Names = 256;
    public const int Text = 16 << 10;

    private static readonly DateTimeOffset LastTime = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Id(string? value, string field)
    {
        if (Ids.IsValid(value))
        {
            return value!;
        }

        throw new BadRequestException(400, $"'{field}' must be 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ - and not only dots.", field);
    }

    public static string? Short(string? value, int max, string field)
    {
        if (value is not null && (value.Length > max || HasNul(value)))
        {
            throw new BadRequestException(400, $"'{field}' is at most {max} characters, without NUL.", field);
        }

        return value;
    }

    /// <summary>A time that leaves room for what is added to it and rounded up.</summary>
    public static DateTimeOffset? Time(DateTimeOffset? value, string field)
    {
        if (value >= LastTime)
        {
            throw new BadRequestException(400, $"'{field}' must be before {LastTime:yyyy}. Leave it out for no limit.", field);
        }

        return value;
    }

    /// <summary>Text that is no Unicode could be taken in, but never given out again.</summary>
    public static void Unicode(JsonElement value, string? field)
    {
        if (!UnicodeText.IsWhole(value))
        {
            throw new BadRequestException(400, $"The text {(field is null ? "in it" : $"in '{field}'")} is not Unicode: broken UTF-8, or half of a surrogate pair.", field);
        }
    }

    public static T InRange<T>(T value, T min, T max, string field)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0 || value is double.NaN)
        {
            throw new BadRequestException(400, $"'{field}' must be between {min} and {max}.", field);
        }

        return value;
    }

    public static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);

    public static TimeSpan? Positive(TimeSpan? value, string field)
    {
        if (value <= TimeSpan.Zero)
        {
            throw new BadRequestException(400, $"'{field}' must be longer than 0. Leave it out for no limit.", field);
        }

        return value;
    }

    public static ImmutableArray<string> IdList(ImmutableArray<string>? values, int max, string field)
    {
        var list = values ?? [];
        if (list.Length > max)
        {
            throw new BadRequestException(400, $"'{field}' has at most {max} entries.", field);
        }

        foreach (var value in list)
        {
            Id(value, field);
        }

        return list;
    }

    public static ImmutableSortedDictionary<string, string> Map(ImmutableSortedDictionary<string, string>? values, string field)
    {
        var map = values ?? ImmutableSortedDictionary<string, string>.Empty;
        if (map.Count > Labels)
        {
            throw new BadRequestException(400, $"'{field}' has at most {Labels} entries.", field);
        }

        foreach (var (key, value) in map)
        {
            if (key.Length is 0 or > LabelKey || value is null || value.Length > LabelValue || HasNul(key) || HasNul(value))
            {
                throw new BadRequestException(400, $"'{field}' takes keys of 1 to {LabelKey} and values of up to {LabelValue} characters, without NUL.", $"{field}.{key}");
            }
        }

        return map;
    }
}
