using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Muster.Messages.Processes;

/// <summary>A hash over a result, so that a repeated complete can be told from another one without keeping the result.</summary>
public static class ResultHash
{
    /// <summary>The lower-case hex SHA-256 of the result's JSON text; of nothing when there is no result.</summary>
    public static string Of(JsonElement? result) =>
        Convert.ToHexStringLower(SHA256.HashData(result is { } r ? Encoding.UTF8.GetBytes(r.GetRawText()) : []));
}
