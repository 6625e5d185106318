using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Runtime.Instances;

/// <summary>What an instance says over its socket, one JSON object a line; docs/runtime-protocol.md has them all.</summary>
internal abstract record InstanceMessage
{
    /// <summary>JSON may be nested this deep in what is kept; the line is one level around it.</summary>
    private const int MaxDepth = 61;

    /// <summary>Deeper lines cannot even be refused by name.</summary>
    private const int ReadableDepth = 2_000;

    /// <summary>Reads a line.</summary>
    /// <returns>Null for a type that is not known here, which is left to later versions.</returns>
    /// <exception cref="FormatException">It is no message.</exception>
    public static InstanceMessage? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            return Read(line, MaxDepth);
        }
        catch (JsonException)
        {
            // Too deep, or no JSON at all.
        }

        try
        {
            return Read(line, ReadableDepth) is Result result ? new Failed(result.Key, $"The result is nested deeper than {MaxDepth - 1} levels.", Retryable: false) : null;
        }
        catch (JsonException e)
        {
            throw new FormatException($"A line is not JSON: {e.Message}", e);
        }
    }

    private static InstanceMessage? Read(ReadOnlyMemory<byte> line, int depth)
    {
        using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = depth });
        var root = document.RootElement;
        try
        {
            return TextOf(root, "type") switch
            {
                "hello" => new Hello(root.GetProperty("protocol").GetInt32(), Optional(root, "runtime") ?? "", [.. Array(root, "held").Select(HeldAttempt)]),
                "ready" => Ready.Instance,
                "unready" => new Unready(TextOf(root, "reason")),
                "result" => new Result(TextOf(root, "key"), root.TryGetProperty("result", out var r) && r.ValueKind != JsonValueKind.Null ? r.Clone() : null),
                "failed" => new Failed(TextOf(root, "key"), TextOf(root, "error"), !root.TryGetProperty("retryable", out var retry) || retry.GetBoolean()),
                "cancelled" => new Cancelled(TextOf(root, "key")),
                "log" => new Log(Optional(root, "key"), Optional(root, "stream") ?? "log", TextOf(root, "text")),
                "progress" => new Progress(TextOf(root, "key"), root.TryGetProperty("fraction", out var f) && f.ValueKind != JsonValueKind.Null ? f.GetDouble() : null, Optional(root, "message")),
                "checkpoint" => new Checkpoint(TextOf(root, "key"), root.GetProperty("checkpoint").Clone()),
                "pong" => new Pong(root.GetProperty("number").GetInt64()),
                _ => null,
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"A message lacks a field, or has one of the wrong kind: {Beginning(root.GetRawText())}", e);
        }
    }

    private static string TextOf(JsonElement of, string name) => of.GetProperty(name).GetString() ?? throw new FormatException(name);

    private static string? Optional(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<JsonElement> Array(JsonElement of, string name) => of.TryGetProperty(name, out var list) ? list.EnumerateArray() : [];

    private static Held HeldAttempt(JsonElement e) => new(
        TextOf(e, "key"), TextOf(e, "namespace"), TextOf(e, "process"), e.GetProperty("attempt").GetInt32(), Optional(e, "carry") ?? "{}", e.TryGetProperty("lines", out var lines) ? lines.GetInt64() : 0);

    private static string Beginning(string text) => text.Length <= 200 ? text : text[..200] + "...";

    /// <summary>The first word of every connection.</summary>
    /// <param name="Protocol">The version of the protocol.</param>
    /// <param name="Runtime">What it is, for people.</param>
    /// <param name="HeldAttempts">What it runs, and what it has run without a word that its end is stored.</param>
    public sealed record Hello(int Protocol, string Runtime, ImmutableArray<Held> HeldAttempts) : InstanceMessage;

    /// <summary>An attempt that it has.</summary>
    public sealed record Held(string Key, string Namespace, string Process, int Attempt, string Carry, long Lines);

    /// <summary>It can run processes now.</summary>
    public sealed record Ready : InstanceMessage
    {
        public static readonly Ready Instance = new();
    }

    /// <summary>It cannot run processes, and will not without another start.</summary>
    public sealed record Unready(string Reason) : InstanceMessage;

    /// <summary>An attempt succeeded.</summary>
    public sealed record Result(string Key, JsonElement? Value) : InstanceMessage;

    /// <summary>An attempt failed.</summary>
    public sealed record Failed(string Key, string Error, bool Retryable) : InstanceMessage;

    /// <summary>An attempt was stopped as the node asked, or because the node was away for a whole lease.</summary>
    public sealed record Cancelled(string Key) : InstanceMessage;

    /// <summary>A line for the log of an attempt.</summary>
    public sealed record Log(string? Key, string Stream, string Text) : InstanceMessage;

    /// <summary>How far an attempt is.</summary>
    public sealed record Progress(string Key, double? Fraction, string? Message) : InstanceMessage;

    /// <summary>What an attempt leaves for the next.</summary>
    public sealed record Checkpoint(string Key, JsonElement Value) : InstanceMessage;

    /// <summary>The answer to a ping.</summary>
    public sealed record Pong(long Number) : InstanceMessage;
}
