using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Muster.Gateway.Security;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Reads what stands in the query part of an address.</summary>
internal static class Filters
{
    private static readonly HashSet<string> Known = ["namespace", "status", "queue", "workflow", "func", "name", "executor", "label", "createdAfter", "createdBefore", "limit", "cursor"];

    public static ProcessFilter Of(HttpContext http)
    {
        var query = http.Request.Query;
        foreach (var key in query.Keys)
        {
            if (!Known.Contains(key))
            {
                throw new BadRequestException(400, $"There is no filter '{key}'. Known are: {string.Join(", ", Known)}.", key);
            }
        }

        return new ProcessFilter
        {
            Namespace = Caller.Namespace(http),
            Statuses = [.. query["status"].SelectMany(s => s!.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(Status)],
            Queue = query["queue"].FirstOrDefault(),
            Workflow = query["workflow"].FirstOrDefault(),
            Func = query["func"].FirstOrDefault(),
            Name = query["name"].FirstOrDefault(),
            Executor = query["executor"].FirstOrDefault(),
            Labels = Labels(query["label"]),
            CreatedAfter = Time(query["createdAfter"].FirstOrDefault(), "createdAfter"),
            CreatedBefore = Time(query["createdBefore"].FirstOrDefault(), "createdBefore"),
        };
    }

    public static TimeSpan? Duration(string? text, string field)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return DurationJsonConverter.TryParse(text, out var duration) && duration >= TimeSpan.Zero
            ? duration
            : throw new BadRequestException(400, $"'{field}' is seconds or text like 250ms, 1.5s, 10m.", field);
    }

    public static long? Number(string? text, string field)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new BadRequestException(400, $"'{field}' is a whole number.", field);
    }

    private static ProcessStatus Status(string text)
    {
        return Enum.TryParse<ProcessStatus>(text, ignoreCase: true, out var status) && status != ProcessStatus.None && char.IsAsciiLetter(text[0])
            ? status
            : throw new BadRequestException(400, $"There is no status '{text}'. Known are: blocked, waiting, running, succeeded, failed, cancelled.", "status");
    }

    private static DateTimeOffset? Time(string? text, string field)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new BadRequestException(400, $"'{field}' is a time like 2026-01-31T12:00:00Z.", field);
    }

    private static ImmutableSortedDictionary<string, string> Labels(IEnumerable<string?> texts)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var text in texts)
        {
            var at = text!.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new BadRequestException(400, "'label' has the form name=value.", "label");
            }

            labels[text[..at]] = text[(at + 1)..];
        }

        return labels.ToImmutable();
    }
}
