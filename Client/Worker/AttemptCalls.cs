using System.Net;
using Muster.Client.Transport;

namespace Muster.Client.Worker;

/// <summary>What a worker says to the gateway. Every call is sent one time: the loops decide what is sent again, and when.</summary>
internal sealed class AttemptCalls(MusterTransport transport)
{
    public async Task<IReadOnlyList<Assignment>> AssignAsync(AssignBody body, CancellationToken cancel)
    {
        var call = new Call(HttpMethod.Post, new Route("assign").ToString()) { Content = MusterTransport.Json(body, WireJson.Default.AssignBody), Hold = body.Wait };
        return (await transport.AskOnceAsync(call, WireJson.Default.AssignReply, cancel)).Assignments;
    }

    /// <summary>Says one thing about many attempts. Where one wrong item spoils a whole request the items are sent one by one.</summary>
    public async Task<IReadOnlyList<ItemOutcome>> BatchAsync(string verb, IReadOnlyList<AttemptItem> items, TimeSpan? timeout, CancellationToken cancel)
    {
        var call = new Call(HttpMethod.Post, new Route("attempts", verb).ToString())
        {
            Content = MusterTransport.Json(new AttemptItems(items), WireJson.Default.AttemptItems),
            Timeout = timeout,
        };
        ItemOutcome all;
        try
        {
            var answer = await transport.AskOnceAsync(call, WireJson.Default.AttemptAnswers, cancel);
            if (answer.Items.Count == items.Count)
            {
                return [.. answer.Items.Select(item => Outcome(item, call))];
            }

            all = new ItemOutcome(0, null, new MusterException($"{call} was answered with {answer.Items.Count} items for {items.Count}."), Whole: true);
        }
        catch (MusterException failed)
        {
            all = new ItemOutcome((int)(failed.Status ?? 0), null, failed, Whole: true);
        }

        if (!all.Wrong || items.Count == 1)
        {
            return [.. Enumerable.Repeat(all, items.Count)];
        }

        var outcomes = new List<ItemOutcome>(items.Count);
        foreach (var item in items)
        {
            outcomes.AddRange(await BatchAsync(verb, [item], timeout, cancel));
        }

        return outcomes;
    }

    public async Task<ItemOutcome> ProgressAsync(AttemptKey attempt, ProgressBody progress, CancellationToken cancel)
    {
        var path = new Route("processes", attempt.Id, "attempts", attempt.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture), "progress")
            .With("namespace", attempt.Namespace).ToString();
        try
        {
            var call = new Call(HttpMethod.Post, path) { Content = MusterTransport.Json(progress, WireJson.Default.ProgressBody) };
            var answer = await transport.AskOnceAsync(call, WireJson.Default.ProgressAnswer, cancel);
            return new ItemOutcome(200, new AttemptAnswer { Status = 200, Cancel = answer.Cancel, Drain = answer.Drain }, null, Whole: false);
        }
        catch (MusterException failed)
        {
            return new ItemOutcome((int)(failed.Status ?? 0), null, failed, Whole: false);
        }
    }

    private static ItemOutcome Outcome(AttemptAnswer item, Call call) => item.Status is >= 200 and < 300
        ? new ItemOutcome(item.Status, item, null, Whole: false)
        : new ItemOutcome(item.Status, null, MusterException.Of((HttpStatusCode)item.Status, item.Problem, call.ToString()), Whole: false);
}
