using System.Collections.Concurrent;
using Muster.Persistence.Journal;

namespace Muster.Persistence.Sql;

/// <summary>Answers questions of many askers with few queries: while one query runs, questions gather for the next. Who asks alone waits for nobody.</summary>
/// <param name="ask">Answers some questions at once; a key without an answer is left out.</param>
internal sealed class SharedQuery<T>(Func<IReadOnlyCollection<string>, Task<IReadOnlyDictionary<string, T>>> ask)
{
    /// <summary>Bounds the memory of one answer; more keys made queries no cheaper for each.</summary>
    private const int Most = 200;

    /// <summary>The others of the reading connections are for lists.</summary>
    private const int AtOnce = 4;

    private readonly ConcurrentQueue<Question> _waiting = new();
    private int _running;

    /// <summary>Asks.</summary>
    /// <returns>The answer; the default when there is none.</returns>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public Task<T?> AskAsync(string key)
    {
        var question = new Question(key);
        _waiting.Enqueue(question);
        Start();
        return question.Answer.Task;
    }

    private void Start()
    {
        if (Interlocked.Increment(ref _running) <= AtOnce)
        {
            _ = RunAsync();
        }
        else
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task RunAsync()
    {
        var batch = new List<Question>();
        while (Take(batch))
        {
            await AnswerAsync(batch).ConfigureAwait(false);
        }

        Interlocked.Decrement(ref _running);
        // Whoever came after the last look saw this one running.
        if (!_waiting.IsEmpty)
        {
            Start();
        }
    }

    private bool Take(List<Question> batch)
    {
        batch.Clear();
        while (batch.Count < Most && _waiting.TryDequeue(out var question))
        {
            batch.Add(question);
        }

        return batch.Count > 0;
    }

    private async Task AnswerAsync(List<Question> batch)
    {
        try
        {
            var answers = await ask([.. batch.Select(q => q.Key).Distinct()]).ConfigureAwait(false);
            foreach (var question in batch)
            {
                question.Answer.TrySetResult(answers.GetValueOrDefault(question.Key));
            }
        }
        catch (Exception e) when (e is not StoreUnavailableException && batch.Count > 1)
        {
            // A row that cannot be read must not keep others from their answer.
            foreach (var question in batch)
            {
                await AnswerAsync([question]).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            foreach (var question in batch)
            {
                question.Answer.TrySetException(e);
            }
        }
    }

    private sealed record Question(string Key)
    {
        public TaskCompletionSource<T?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
