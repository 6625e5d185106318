using Muster.Persistence.Journal;
using Muster.Persistence.Membership;

namespace Muster.Persistence.Postgres;

/// <summary>Keeps a node that was removed from the cluster from writing: every batch locks the node's row in its own transaction and looks whether it is up.</summary>
/// <remarks>A store that no cluster was joined with has no row, and one process only: tests, and commands that need the store alone.</remarks>
internal sealed class PostgresFence : IDisposable
{
    // Marking a member down waits for this lock; heartbeats do not.
    private const string Look = "SELECT status FROM member WHERE node = ?1 FOR KEY SHARE";

    private readonly CancellationTokenSource _fenced = new();
    private readonly CancellationToken _token;
    private volatile Enlisted? _self;

    public PostgresFence() => _token = _fenced.Token;

    /// <summary>Ends when this node is down.</summary>
    public CancellationToken Fenced => _token;

    /// <summary>This node, once it has asked how to join.</summary>
    public MemberName? Self => _self?.Name;

    /// <summary>The name under which this node counts; null when it has no row.</summary>
    public string? Counter => _self?.Counter;

    /// <summary>From now on this node writes only while its row is up.</summary>
    public void Enlist(MemberName self, int place) => _self = new Enlisted(self, self.ToString(), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"place-{place}"));

    /// <summary>This node is down.</summary>
    public void Fall() => _fenced.Cancel();

    /// <summary>To be called at the start of each transaction that writes.</summary>
    /// <exception cref="StoreFencedException">This node is down.</exception>
    /// <exception cref="StoreUnavailableException">It is not up yet.</exception>
    public void Check(ISqlSession session)
    {
        if (_self is not { } self)
        {
            return;
        }

        switch ((MemberStatus?)(int?)session.Scalar(Look, self.Node))
        {
            case MemberStatus.Up:
                return;
            case MemberStatus.Starting:
                throw new StoreUnavailableException("This node has not joined the cluster yet.");
            default:
                Fall();
                throw new StoreFencedException($"The node {self.Node} was removed from the cluster and writes no more.");
        }
    }

    public void Dispose() => _fenced.Dispose();

    private sealed record Enlisted(MemberName Name, string Node, string Counter);
}
