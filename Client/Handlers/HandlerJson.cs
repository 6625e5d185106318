using System.Text.Json;

namespace Muster.Client.Handlers;

/// <summary>Between the JSON of an attempt and the values of a typed handler.</summary>
internal static class HandlerJson
{
    /// <summary>The input of an attempt: its input, else its only positional argument, else its named arguments as an object.</summary>
    /// <exception cref="FinalFailureException">There is none, or it is not such a value; trying again would not change that.</exception>
    public static TIn Read<TIn>(IProcessContext context, JsonSerializerOptions json)
    {
        try
        {
            return Given(context) switch
            {
                // A null that was submitted is passed on: whether it may be null only the handler knows.
                { } given => given.Deserialize<TIn>(json)!,
                null when Nullable.GetUnderlyingType(typeof(TIn)) is not null => default!,
                null => throw new FinalFailureException($"{context.Func} needs an input, one argument, or named arguments; there is none."),
            };
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new FinalFailureException($"The input of {context.Func} is not a {typeof(TIn).Name}: {wrong.Message}", wrong);
        }
    }

    /// <summary>The result as JSON; none for null.</summary>
    public static JsonElement? Write<TOut>(TOut result, JsonSerializerOptions json) => result switch
    {
        null => null,
        JsonElement { ValueKind: JsonValueKind.Undefined } => null,
        JsonElement element => element,
        _ => JsonSerializer.SerializeToElement(result, json),
    };

    private static JsonElement? Given(IProcessContext context)
    {
        if (context.Input is { } input)
        {
            return input;
        }

        if (context.Args.Count == 1 && context.Kwargs.Count == 0)
        {
            return context.Args[0];
        }

        return context.Args.Count == 0 && context.Kwargs.Count > 0
            ? JsonSerializer.SerializeToElement(context.Kwargs, HandlerJsonContext.Default.IReadOnlyDictionaryStringJsonElement)
            : null;
    }
}
