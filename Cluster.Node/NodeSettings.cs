using Muster.Messages;

namespace Muster.Node;

/// <summary>How a node is started.</summary>
public sealed record NodeSettings
{
    /// <summary>Where the inside of the cluster listens at the seed, HOST:PORT.</summary>
    public required string Seed { get; init; }

    /// <summary>The name under which attempts are assigned to it.</summary>
    public required string Name { get; init; }

    /// <summary>The queues that it serves, in the default namespace.</summary>
    public IReadOnlyList<string> Queues { get; init; } = ["default"];

    /// <summary>How many processes it runs at once; null for the default of the pool.</summary>
    public int? Slots { get; init; }

    /// <summary>How long running attempts may go on at a stop; then they are cancelled and given back.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether it runs operating-system commands.</summary>
    public bool Exec { get; init; }

    /// <summary>What is wrong with the settings; null when nothing is.</summary>
    public string? Problem()
    {
        var colon = Seed.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(Seed.AsSpan(colon + 1), out var port) || port == 0)
        {
            return "--seed is missing or not HOST:PORT. Start the seed with --remote 127.0.0.1:4053 and this node with --seed 127.0.0.1:4053.";
        }

        if (!Ids.IsValid(Name))
        {
            return $"--name '{Name}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -";
        }

        if (Queues.FirstOrDefault(queue => !Ids.IsValid(queue)) is { } wrong)
        {
            return $"--queues: '{wrong}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -";
        }

        return Queues.Count == 0 ? "--queues names no queue." : Slots is <= 0 ? "--slots is a number, at least 1." : null;
    }
}
