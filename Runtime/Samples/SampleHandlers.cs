using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Client.Handlers;

namespace Muster.Runtime.Samples;

/// <summary>Functions that a node offers out of the box, so that a fresh cluster has real work to do.</summary>
public static class SampleHandlers
{
    /// <summary>Adds <c>echo</c>, <c>sleep</c>, <c>fail.until</c>, <c>merge</c>, <c>files.checksum</c>, <c>files.compress</c> and <c>text.count</c>.</summary>
    /// <param name="handlers">Where to.</param>
    /// <param name="options">What they may touch.</param>
    /// <param name="clock">The time that <c>sleep</c> goes by.</param>
    public static HandlerRegistry AddSamples(this HandlerRegistry handlers, SampleOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        return handlers
            .Add("echo", EchoAsync)
            .Add("sleep", context => SleepAsync(context, clock))
            .Add("fail.until", FailUntilAsync)
            .Add("merge", MergeAsync)
            .Add("files.checksum", context => FileChecksum.RunAsync(context, options))
            .Add("files.compress", context => FileCompression.RunAsync(context, options))
            .Add("text.count", context => TextCount.RunAsync(context, options));
    }

    // Returns the input; without one, the arguments.
    private static Task<JsonElement?> EchoAsync(IProcessContext context)
    {
        if (context.Input is { } input)
        {
            return Task.FromResult<JsonElement?>(input);
        }

        if (context.Kwargs.Count > 0)
        {
            return Task.FromResult<JsonElement?>(JsonSerializer.SerializeToElement(context.Kwargs));
        }

        return Task.FromResult<JsonElement?>(context.Args.Count == 0 ? null : JsonSerializer.SerializeToElement(context.Args));
    }

    // Sleeps for a number of seconds, and says every second how far it is.
    private static async Task<JsonElement?> SleepAsync(IProcessContext context, TimeProvider clock)
    {
        var seconds = Number(context, "seconds", 0) ?? throw new FinalFailureException("sleep needs 'seconds': how long to sleep, 0 or more.");
        if (!(seconds >= 0 && seconds <= TimeSpan.FromDays(365).TotalSeconds))
        {
            throw new FinalFailureException("sleep needs 'seconds' from 0 to a year.");
        }

        var all = TimeSpan.FromSeconds(seconds);
        var start = clock.GetTimestamp();
        while (clock.GetElapsedTime(start) is var slept && slept < all)
        {
            context.Progress(slept / all, string.Create(CultureInfo.InvariantCulture, $"slept {slept.TotalSeconds:0} of {seconds:0.###} s"));
            var left = all - slept;
            await Task.Delay(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1), clock, context.Cancelled).ConfigureAwait(false);
        }

        return JsonSerializer.SerializeToElement(new JsonObject { ["slept"] = seconds });
    }

    // Fails until the given attempt, then succeeds.
    private static Task<JsonElement?> FailUntilAsync(IProcessContext context)
    {
        var attempt = Number(context, "attempt", 0) ?? 2;
        if (context.Attempt < attempt)
        {
            context.Log($"attempt {context.Attempt} fails as asked", "stderr");
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Attempt {context.Attempt} fails; attempt {attempt} will succeed."));
        }

        return Task.FromResult<JsonElement?>(JsonSerializer.SerializeToElement(new JsonObject { ["attempt"] = context.Attempt }));
    }

    // Combines all arguments and the input: numbers are added, texts and lists joined, objects merged field by field.
    private static Task<JsonElement?> MergeAsync(IProcessContext context)
    {
        var parts = context.Input is { } input ? context.Args.Append(input) : context.Args;
        JsonNode? merged = null;
        foreach (var part in parts)
        {
            merged = Merge(merged, JsonNode.Parse(part.GetRawText()));
        }

        return Task.FromResult<JsonElement?>(merged is null ? null : JsonSerializer.SerializeToElement(merged));
    }

    private static JsonNode? Merge(JsonNode? left, JsonNode? right)
    {
        switch (left, right)
        {
            case (null, _):
                return right?.DeepClone();
            case (_, null):
                return left.DeepClone();
            case (JsonObject a, JsonObject b):
                var merged = (JsonObject)a.DeepClone();
                foreach (var (name, value) in b)
                {
                    merged[name] = Merge(merged[name], value);
                }

                return merged;
            case (JsonArray a, _):
                var list = (JsonArray)a.DeepClone();
                foreach (var item in right as IEnumerable<JsonNode?> ?? [right])
                {
                    list.Add(item?.DeepClone());
                }

                return list;
            default:
                return left.GetValueKind() == JsonValueKind.Number && right.GetValueKind() == JsonValueKind.Number
                    ? left.GetValue<decimal>() + right.GetValue<decimal>()
                    : left.GetValueKind() == JsonValueKind.String && right.GetValueKind() == JsonValueKind.String
                        ? left.GetValue<string>() + right.GetValue<string>()
                        : right.DeepClone();
        }
    }

    private static double? Number(IProcessContext context, string name, int position)
    {
        if (context.Kwargs.TryGetValue(name, out var value))
        {
            return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw new FinalFailureException($"'{name}' has to be a number.");
        }

        return context.Args.Count > position && context.Args[position].ValueKind == JsonValueKind.Number ? context.Args[position].GetDouble() : null;
    }
}
