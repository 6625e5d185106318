using System.Buffers;
using System.Text.Json;
using Muster.Client.Transport;

namespace Muster.Client;

public sealed partial class MusterClient
{
    /// <summary>The most items that the gateway takes in one batch.</summary>
    private const int BatchItems = 1000;

    /// <summary>Half of the body that the gateway takes: whole batches stay below it with room for one item of any size.</summary>
    private const int BatchBytes = 16 * 1024 * 1024;

    /// <summary>Submits one process. When the task ends the process is durable.</summary>
    /// <param name="submission">What to run. Without an id and a key it gets an id here, so that a repetition after a lost answer is the same process.</param>
    /// <param name="cancel">Gives up waiting for the answer; the process may exist.</param>
    /// <returns>The process, also when it existed with the same spec.</returns>
    /// <exception cref="MusterConflictException">The id or key belongs to a process with another spec.</exception>
    public Task<ProcessSnapshot> SubmitAsync(Submission submission, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(submission);
        return PostAsync(new Route("processes"), Complete(submission), WireJson.Default.Submission, WireJson.Default.ProcessSnapshot, cancel);
    }

    /// <summary>Submits many processes, in batches of up to 1,000. Each is judged by itself; what was accepted is durable.</summary>
    /// <param name="submissions">What to run, parents before their children.</param>
    /// <param name="cancel">Gives up; processes of batches that were sent may exist.</param>
    /// <returns>What became of each, in the same order. Items that the gateway was too busy for were sent again before they count as refused.</returns>
    public async Task<IReadOnlyList<SubmitOutcome>> SubmitManyAsync(IEnumerable<Submission> submissions, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(submissions);
        var outcomes = new List<SubmitOutcome>();
        var batch = new List<byte[]>();
        var bytes = 0;
        foreach (var submission in submissions)
        {
            var item = JsonSerializer.SerializeToUtf8Bytes(Complete(submission), WireJson.Default.Submission);
            if (batch.Count == BatchItems || (batch.Count > 0 && bytes + item.Length > BatchBytes))
            {
                outcomes.AddRange(await SubmitBatchAsync(batch, cancel));
                batch.Clear();
                bytes = 0;
            }

            batch.Add(item);
            bytes += item.Length;
        }

        if (batch.Count > 0)
        {
            outcomes.AddRange(await SubmitBatchAsync(batch, cancel));
        }

        return outcomes;
    }

    /// <summary>Submits a process, waits until it is final, and returns its result.</summary>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="submission">What to run.</param>
    /// <param name="json">How the result is read; web defaults (camelCase) when null.</param>
    /// <param name="cancel">Gives up waiting; the process goes on.</param>
    /// <returns>The result; the default of the type when the process returned none.</returns>
    /// <exception cref="ProcessNotSucceededException">The process failed or was cancelled.</exception>
    public async Task<TResult?> SubmitAndWaitAsync<TResult>(Submission submission, JsonSerializerOptions? json = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(submission);
        var submitted = await SubmitAsync(submission, cancel);
        var owner = submitted.Namespace == Namespace ? this : InNamespace(submitted.Namespace);
        var final = await owner.WaitAsync(submitted.Id, cancel: cancel);
        return final.Status == ProcessStatus.Succeeded ? final.ResultAs<TResult>(Or(json)) : throw new ProcessNotSucceededException(final);
    }

    private Submission Complete(Submission submission) => submission with
    {
        Namespace = submission.Namespace ?? Namespace,
        Id = submission.Id ?? (submission.Key is null ? Guid.CreateVersion7(_transport.Clock.GetUtcNow()).ToString() : null),
    };

    private async Task<IReadOnlyList<SubmitOutcome>> SubmitBatchAsync(List<byte[]> items, CancellationToken cancel)
    {
        var outcomes = new SubmitOutcome[items.Count];
        var open = Enumerable.Range(0, items.Count).ToList();
        var backoff = new Backoff(_transport.Options.RetryDelay, _transport.Options.RetryDelayCap);
        for (var retries = _transport.Options.Retries; ; retries--)
        {
            var call = new Call(HttpMethod.Post, new Route("processes").ToString()) { Content = MusterTransport.Json(ArrayOf(items, open)) };
            var answer = await _transport.AskAsync(call, WireJson.Default.ListingSubmitOutcome, cancel);
            if (answer.Items.Count != open.Count)
            {
                throw new MusterException($"{call} was answered with {answer.Items.Count} items for {open.Count}.");
            }

            for (var i = 0; i < open.Count; i++)
            {
                outcomes[open[i]] = answer.Items[i];
            }

            open.RemoveAll(i => outcomes[i].Status is not (429 or 503));
            if (open.Count == 0 || retries <= 0)
            {
                return outcomes;
            }

            await Task.Delay(backoff.Next(), _transport.Clock, cancel);
        }
    }

    private static ReadOnlyMemory<byte> ArrayOf(List<byte[]> items, List<int> chosen)
    {
        var body = new ArrayBufferWriter<byte>(chosen.Sum(i => items[i].Length + 1) + 1);
        var separator = (byte)'[';
        foreach (var i in chosen)
        {
            body.Write([separator]);
            body.Write(items[i]);
            separator = (byte)',';
        }

        body.Write("]"u8);
        return body.WrittenMemory;
    }
}
