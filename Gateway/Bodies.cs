using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Muster.Gateway.Native;

namespace Muster.Gateway;

/// <summary>Reads request bodies, and says of a wrong one which field is to blame.</summary>
public static class Bodies
{
    /// <summary>How deep JSON may be nested when it comes in. What is given out has it a few levels deeper, and readers commonly stop at 64.</summary>
    public const int MaxDepth = 60;

    private static readonly NativeJson Reading = new(new JsonSerializerOptions(NativeJson.Default.Options) { MaxDepth = MaxDepth });

    /// <summary>Reads a JSON body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="type">What it should be; a type of <see cref="NativeJson"/>.</param>
    /// <exception cref="BadRequestException">The body is not what it should be.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(type);
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.BodyReader, (JsonTypeInfo<T>)Reading.GetTypeInfo(type.Type)!, http.RequestAborted).ConfigureAwait(false)
                ?? throw new BadRequestException(400, "The body is null; an object is expected.");
        }
        catch (JsonException e)
        {
            throw Wrong(e);
        }
    }

    /// <summary>Reads a JSON body; an empty one gives the default.</summary>
    /// <exception cref="BadRequestException">The body is not what it should be.</exception>
    public static async Task<T> ReadOrDefaultAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : new()
    {
        ArgumentNullException.ThrowIfNull(http);
        var body = http.Request.BodyReader;
        var start = await body.ReadAtLeastAsync(1, http.RequestAborted).ConfigureAwait(false);
        // Looked at, not taken: whoever reads it sees it from its beginning.
        body.AdvanceTo(start.Buffer.Start);
        return start.Buffer.IsEmpty ? new T() : await ReadAsync(http, type).ConfigureAwait(false);
    }

    /// <summary>What a JSON error means for the caller.</summary>
    public static BadRequestException Wrong(JsonException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        var field = e.Path is null or "$" ? null : e.Path.TrimStart('$', '.');
        var message = e.Message.Split(" Path: ")[0].Split(" The unmapped")[0];
        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
        {
            var name = message.Split('\'') is { Length: > 1 } parts ? parts[1] : field;
            return new BadRequestException(400, $"There is no field '{name}'. Check its spelling, or leave it out.", field ?? name);
        }

        if (message.Contains("could not be converted", StringComparison.Ordinal))
        {
            return new BadRequestException(400, field is null ? "The body is JSON of another kind than is expected here." : $"The value of '{field}' is of the wrong type or not one of the known words.", field);
        }

        return new BadRequestException(400, $"The JSON is wrong{(e.LineNumber is { } line ? $" at line {line + 1}, byte {e.BytePositionInLine}" : "")}: {message}", field);
    }
}
