using System.Text.Json;
using System.Threading.Channels;

namespace Muster.Tests.Client;

/// <summary>The side of the gateway that workers speak to: hands out what a test gives it, and takes everything unless a test says otherwise.</summary>
public sealed class WorkGateway : FakeGateway
{
    private readonly Channel<object> _work = Channel.CreateUnbounded<object>();
    private readonly Dictionary<string, List<object>> _answered = [];

    public WorkGateway()
    {
        On("POST /v1/assign", AssignAsync);
        foreach (var verb in new[] { "heartbeat", "logs", "complete", "fail", "release" })
        {
            On(Of(verb), seen => Each(seen, _ => new { status = 200, cancel = false }));
        }
    }

    public static string Of(string verb) => $"POST /v1/attempts/{verb}";

    /// <summary>The items of a batch.</summary>
    public static IEnumerable<JsonElement> Items(Seen seen) => seen.Body.GetProperty("items").EnumerateArray();

    /// <summary>Answers each item of a batch.</summary>
    public static Answer Each(Seen seen, Func<JsonElement, object> answer) => Answer.Ok(new { items = Items(seen).Select(answer) });

    public void Give(string id, string func = "f", object? input = null, double lease = 60, int attempt = 1, object? checkpoint = null, object? args = null, object? kwargs = null) =>
        _work.Writer.TryWrite(new { id, attempt, queue = "default", func, input, args, kwargs, lease, checkpoint });

    /// <summary>The items of all batches of a kind, in the order they came.</summary>
    public IReadOnlyList<JsonElement> Said(string verb) => [.. All(Of(verb)).SelectMany(Items)];

    /// <summary>Waits until so many items of a kind have come.</summary>
    public async Task<IReadOnlyList<JsonElement>> HeardAsync(string verb, int count = 1)
    {
        for (var requests = 1; Said(verb).Count < count; requests++)
        {
            await SawAsync(Of(verb), requests);
        }

        return Said(verb);
    }

    private async Task<Answer> AssignAsync(Seen seen)
    {
        var request = seen.Text("requestId");
        List<object>? given;
        lock (_answered)
        {
            _answered.TryGetValue(request, out given);
        }

        if (given is null)
        {
            given = [];
            var max = seen.Body.GetProperty("max").GetInt32();
            try
            {
                if (seen.Body.GetProperty("wait").GetDouble() > 0)
                {
                    await _work.Reader.WaitToReadAsync(seen.Gone);
                }
            }
            catch (OperationCanceledException)
            {
                return Answer.Lost;
            }

            while (given.Count < max && _work.Reader.TryRead(out var assignment))
            {
                given.Add(assignment);
            }

            lock (_answered)
            {
                _answered[request] = given;
            }
        }

        return Answer.Ok(new { assignments = given });
    }
}
