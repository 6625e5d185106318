namespace Muster.Messages.Deployments;

/// <summary>What happens to an instance that ended by itself.</summary>
public sealed record RestartPolicy
{
    /// <summary>Whether it is started again; default always.</summary>
    public RestartKind Kind { get; init; }

    /// <summary>The wait before the first restart, doubled with each further one; default 500 ms.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait; default 1 min.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whoever ran this long counts as never restarted; default 1 min.</summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromMinutes(1);
}
