using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Workers.Shared;

namespace Muster.Workers.ReleaseEngine;

/// <summary>A file of settings: a JSON object.</summary>
internal sealed class SettingsFile
{
    private static readonly JsonDocumentOptions Loose = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly string _path;

    private SettingsFile(string path, JsonObject values) => (_path, Values) = (path, values);

    /// <summary>All of it.</summary>
    public JsonObject Values { get; }

    /// <summary>Reads one.</summary>
    /// <param name="path">Where; <c>~</c> at its beginning is the home folder.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="WorkerException">It is not there, or is no JSON object.</exception>
    public static SettingsFile Read(string path, string what)
    {
        var full = path is "~" || path.StartsWith("~/", StringComparison.Ordinal)
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..]
            : path;
        try
        {
            return new SettingsFile(full, JsonNode.Parse(File.ReadAllText(full), null, Loose) as JsonObject ?? throw new WorkerException($"{what} {full} must be one JSON object."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WorkerException($"{what} {full} cannot be read: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new WorkerException($"{what} {full} is no JSON, or only half of it: {e.Message}");
        }
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string key) => OptionalText(key) ?? throw Wrong(key, "is missing");

    /// <summary>A text; null when it is not there.</summary>
    public string? OptionalText(string key) => Values[key] switch
    {
        null => null,
        JsonValue v when v.GetValueKind() == JsonValueKind.String && v.GetValue<string>() is { Length: > 0 } text => text,
        _ => throw Wrong(key, "must be a text that is not empty"),
    };

    /// <summary>A whole number; the default when it is not there.</summary>
    public int Number(string key, int standard, int least, int most) => Values[key] switch
    {
        null => standard,
        JsonValue v when v.TryGetValue<int>(out var number) && number >= least && number <= most => number,
        _ => throw Wrong(key, $"must be a whole number from {least} to {most}"),
    };

    /// <summary>Yes or no; the default when it is not there.</summary>
    public bool Flag(string key, bool standard) => Values[key] switch
    {
        null => standard,
        JsonValue v when v.TryGetValue<bool>(out var flag) => flag,
        _ => throw Wrong(key, "must be true or false"),
    };

    /// <summary>One of some words; the first when it is not there.</summary>
    public string Word(string key, params string[] words)
    {
        var word = OptionalText(key) ?? words[0];
        return words.Contains(word, StringComparer.OrdinalIgnoreCase) ? word : throw Wrong(key, $"must be one of {string.Join(", ", words)}");
    }

    /// <summary>A key of this file is wrong.</summary>
    public WorkerException Wrong(string key, string how) => new($"{_path}: \"{key}\" {how}.");
}
