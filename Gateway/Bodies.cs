using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Muster.Gateway;

/// <summary>Reads request bodies, and says of a wrong one which field is to blame.</summary>
public static class Bodies
{
    /// <summary>Reads a JSON body.</summary>
    /// <exception cref="BadRequestException">The body is not what it should be.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(http);
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted).ConfigureAwait(false)
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
        return http.Request.ContentLength is 0 || (http.Request.ContentLength is null && !http.Request.Headers.TransferEncoding.Contains("chunked") && http.Request.Protocol != "HTTP/2")
            ? new T()
            : await ReadAsync(http, type).ConfigureAwait(false);
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
            return new BadRequestException(400, $"The value of '{field}' is of the wrong type or not one of the known words.", field);
        }

        return new BadRequestException(400, $"The JSON is wrong{(e.LineNumber is { } line ? $" at line {line + 1}, byte {e.BytePositionInLine}" : "")}: {message}", field);
    }
}
