using System.Collections.Concurrent;

namespace Muster.Tests.Faults;

/// <summary>What the callers of the cluster saw, written down outside of it.</summary>
internal sealed class History
{
    private readonly ConcurrentDictionary<string, Submission> _submissions = new();
    private readonly ConcurrentQueue<Start> _starts = new();
    private readonly ConcurrentDictionary<string, string> _completed = new();
    private readonly ConcurrentQueue<string> _unknown = new();

    /// <summary>Every submit that was tried.</summary>
    public ICollection<Submission> Submissions => _submissions.Values;

    /// <summary>Every handler that a worker of the bench began.</summary>
    public IReadOnlyCollection<Start> Starts => _starts;

    /// <summary>The results whose completion was acknowledged, by process.</summary>
    public IReadOnlyDictionary<string, string> Completed => _completed;

    /// <summary>Those that another gateway did not know right after they were acknowledged.</summary>
    public IReadOnlyCollection<string> Unknown => _unknown;

    public Submission Submit(string fault, string id, string kind) => _submissions[id] = new Submission(fault, id, kind, TimeProvider.System.GetTimestamp());

    public void Began(string id, int attempt) => _starts.Enqueue(new Start(id, attempt));

    public void NotFound(string id) => _unknown.Enqueue(id);

    public void Complete(string id, string result) => _completed[id] = result;

    /// <summary>A submit, and when it was acknowledged.</summary>
    internal sealed record Submission(string Fault, string Id, string Kind, long At)
    {
        public long? AcknowledgedAt { get; set; }
    }

    /// <summary>A handler began.</summary>
    internal sealed record Start(string Id, int Attempt);
}
