using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;

namespace Muster.Seed.Run;

/// <summary>A file of processes to run: each as it would be submitted, with names instead of ids.</summary>
/// <param name="Processes">The processes, in the order of the file.</param>
internal sealed record RunFile(IReadOnlyList<RunProcess> Processes)
{
    /// <summary>The queues that the processes wait in.</summary>
    public IEnumerable<string> Queues => Processes.Select(p => p.Queue).Distinct(StringComparer.Ordinal);

    /// <summary>Reads a file.</summary>
    /// <exception cref="RunFileException">It is missing or wrong.</exception>
    public static async Task<RunFile> ReadAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            throw new RunFileException($"{path}: there is no such file.");
        }

        try
        {
            var root = JsonNode.Parse(
                await File.ReadAllTextAsync(path, cancel).ConfigureAwait(false), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (root is not JsonObject file || file["processes"] is not JsonArray { Count: > 0 } processes || file.Count > 1)
            {
                throw new RunFileException($"{path}: expected {{\"processes\": [...]}} with at least one process and nothing else.");
            }

            var read = processes.Select((p, i) => RunProcess.Of(p as JsonObject ?? throw new RunFileException($"{path}: process {i + 1} is not an object."), i, path)).ToList();
            CheckNames(read, path);
            return new RunFile(read);
        }
        catch (JsonException e)
        {
            throw new RunFileException($"{path}: the JSON is wrong: {e.Message}");
        }
    }

    private static void CheckNames(IReadOnlyList<RunProcess> processes, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var process in processes)
        {
            if (!names.Add(process.Name))
            {
                throw new RunFileException($"{path}: the name '{process.Name}' stands twice.");
            }
        }

        foreach (var process in processes)
        {
            if (process.After.FirstOrDefault(a => !names.Contains(a)) is { } missing)
            {
                throw new RunFileException($"{path}: '{process.Name}' names '{missing}' in 'after', which is not in this file.");
            }
        }
    }
}

/// <summary>One process of a run file.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="After">The names of its parents.</param>
/// <param name="Delay">How long after the start of the run it may start.</param>
/// <param name="CancelAfter">How long after the start of the run it is cancelled.</param>
/// <param name="Expect">The state that it must end in.</param>
/// <param name="Submission">The rest, as it is submitted.</param>
internal sealed record RunProcess(
    string Name, string Queue, IReadOnlyList<string> After, TimeSpan? Delay, TimeSpan? CancelAfter, ProcessStatus Expect, JsonObject Submission)
{
    public static RunProcess Of(JsonObject json, int index, string path)
    {
        var where = $"{path}: process {index + 1}";
        var name = Text("name") ?? throw new RunFileException($"{where} has no 'name'.");
        var submission = (JsonObject)json.DeepClone();
        foreach (var own in (string[])["after", "delay", "cancelAfter", "expect"])
        {
            submission.Remove(own);
        }

        var expect = Text("expect") is { } text
            ? Enum.TryParse<ProcessStatus>(text, ignoreCase: true, out var status) && status.IsFinal() ? status : throw new RunFileException($"{where}: 'expect' is succeeded, failed or cancelled.")
            : ProcessStatus.Succeeded;
        var after = json["after"] switch
        {
            null => [],
            JsonArray list => list.Select(n => n?.GetValueKind() == JsonValueKind.String ? n.GetValue<string>() : throw new RunFileException($"{where}: 'after' is a list of names.")).ToList(),
            _ => throw new RunFileException($"{where}: 'after' is a list of names."),
        };
        return new RunProcess(name, Text("queue") ?? Ids.DefaultQueue, after, Duration("delay"), Duration("cancelAfter"), expect, submission);

        string? Text(string field) => json[field] switch
        {
            null => null,
            JsonValue v when v.GetValueKind() == JsonValueKind.String => v.GetValue<string>(),
            _ => throw new RunFileException($"{where}: '{field}' is a text."),
        };

        TimeSpan? Duration(string field) => json[field] switch
        {
            null => null,
            JsonValue v when DurationJsonConverter.TryParse(v.ToString(), out var duration) && duration >= TimeSpan.Zero => duration,
            _ => throw new RunFileException($"{where}: '{field}' is a duration like 2, \"500ms\" or \"2s\"."),
        };
    }
}
