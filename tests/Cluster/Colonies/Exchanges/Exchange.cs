using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Signatures;
using Xunit;
using Xunit.Sdk;

namespace Muster.Tests.Cluster.Colonies.Exchanges;

/// <summary>Runs the steps of a file in order. What an answer gave under a name stands in later steps where <c>{{name}}</c> is written.</summary>
/// <remarks>
/// A step: <c>who</c> signs (one or several; whoever is not known yet gets a new key), <c>send</c> the type, <c>message</c> its members, <c>with</c> a list of changes of it, each sent by itself
/// (<c>{{absent}}</c> takes a member out), <c>status</c> 200 unless said, <c>reply</c> a <see cref="Shape"/>, <c>error</c> the very words, <c>take</c> names for values by their path,
/// <c>until</c> the answer comes in time, <c>why</c> for people.
/// </remarks>
internal sealed partial class Exchange(ColoniesClient client, Dictionary<string, PrivateKey> people, Dictionary<string, JsonNode?> values)
{
    private static readonly string[] Known = ["who", "send", "message", "with", "status", "reply", "error", "take", "until", "why"];

    /// <summary>Runs a file.</summary>
    public async Task RunAsync(string file)
    {
        var steps = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsArray();
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i]!.AsObject();
            try
            {
                Assert.Empty(step.Select(m => m.Key).Except(Known));
                await StepAsync(step);
            }
            catch (Exception e)
            {
                throw new XunitException($"{Path.GetFileName(file)}, step {i + 1} ({step["who"]?.ToJsonString()} {step["send"]} {step["why"]}): {e.Message}");
            }
        }
    }

    private async Task StepAsync(JsonObject step)
    {
        string[] who = step["who"] is JsonArray several ? [.. several.Select(w => (string)w!)] : [(string)step["who"]!];
        var changes = step["with"]?.AsArray() ?? [new JsonObject()];
        foreach (var name in who)
        {
            foreach (var change in changes)
            {
                var message = Filled(step["message"])?.AsObject() ?? [];
                Change(message, Filled(change)!.AsObject());
                var said = $"{name}: {message.ToJsonString()}";
                if (step["until"] is null)
                {
                    Check(step, await client.SendAsync(Key(name), (string)step["send"]!, message), said);
                }
                else
                {
                    await Support.Eventually.SeeAsync(
                        async () => Wrong(step, await client.SendAsync(Key(name), (string)step["send"]!, (JsonObject)message.DeepClone())) ?? "", w => w.Length == 0);
                }
            }
        }
    }

    private void Check(JsonObject step, ColoniesClient.Answer answer, string said)
    {
        if (Wrong(step, answer) is { } wrong)
        {
            throw new XunitException($"{wrong}\n  said: {said[..Math.Min(said.Length, 600)]}");
        }

        foreach (var (name, path) in step["take"]?.AsObject() ?? [])
        {
            values[name] = ((string)path!).Split('.', StringSplitOptions.RemoveEmptyEntries)
                .Aggregate(answer.Payload, (node, part) => int.TryParse(part, out var index) ? node![index] : node![part])?.DeepClone();
        }
    }

    private string? Wrong(JsonObject step, ColoniesClient.Answer answer)
    {
        var status = (int?)step["status"] ?? 200;
        if (answer.Status != status)
        {
            return $"status {answer.Status} instead of {status}: {answer.Payload?.ToJsonString()}";
        }

        var type = (string?)answer.Envelope["payloadtype"];
        if (status != 200)
        {
            return type != "error" || (int?)answer.Payload?["status"] != status || answer.Error.Length == 0 ? $"the refusal is not whole: {answer.Envelope.ToJsonString()}"
                : step["error"] is { } error && (string)Filled(error)! != answer.Error ? $"the error is '{answer.Error}'"
                : null;
        }

        var expected = (string?)step["send"] == "getpausestatusmsg" ? "pausestatusreplymsg" : (string?)step["send"];
        return type != expected ? $"the reply is a {type}" : step.ContainsKey("reply") ? Shape.Difference(Filled(step["reply"]), answer.Payload) : null;
    }

    private static void Change(JsonObject message, JsonObject change)
    {
        foreach (var (name, value) in change)
        {
            if (value is JsonValue v && v.TryGetValue(out string? text) && text == "{{absent}}")
            {
                message.Remove(name);
            }
            else if (value is JsonObject inner && message[name] is JsonObject old)
            {
                Change(old, inner);
            }
            else
            {
                message[name] = value?.DeepClone();
            }
        }
    }

    private PrivateKey Key(string name) => people.TryGetValue(name, out var key) ? key : people[name] = PrivateKey.New();

    private JsonNode? Filled(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(Text(m.Key), Filled(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Filled)]),
        JsonValue v when v.TryGetValue(out string? text) => values.TryGetValue(text.Trim('{', '}'), out var whole) && text.StartsWith("{{", StringComparison.Ordinal) && text == $"{{{{{text.Trim('{', '}')}}}}}"
            ? whole?.DeepClone()
            : Text(text),
        _ => node?.DeepClone(),
    };

    // {{name}} a value, {{name.id}} somebody's id; what is neither is a word of the shape.
    private string Text(string text) => Word().Replace(text, m =>
        m.Groups[1].Value is var word && word.EndsWith(".id", StringComparison.Ordinal) ? Key(word[..^3]).Id : values.TryGetValue(word, out var value) ? (string)value! : m.Value);

    [GeneratedRegex(@"\{\{([\w.]+)\}\}")]
    private static partial Regex Word();
}
