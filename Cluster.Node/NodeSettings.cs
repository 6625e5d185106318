using System.Globalization;
using Muster.Engine.Hosting.Remoting;
using Muster.Messages;

namespace Muster.Node;

/// <summary>How a node is started.</summary>
public sealed record NodeSettings
{
    /// <summary>A name that no other node of this machine has: the machine's, and the number of the process.</summary>
    public static string NameOfThisProcess { get; } =
        $"{string.Concat(Environment.MachineName.Select(c => Ids.IsValid($"{c}") ? c : '-'))}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The data folder of the seed, for messages.</summary>
    public string Data { get; init; } = "data";

    /// <summary>Where the inside of the cluster listens at the seed, HOST:PORT; null when neither the command line nor the data folder says it.</summary>
    public string? Seed { get; init; }

    /// <summary>Where this node itself listens for the others, and what protects it; default loopback and any free port.</summary>
    public RemoteSettings Remote { get; init; } = new();

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
        if (Seed is null)
        {
            return $"No seed has left its address in {Path.GetFullPath(Data)}. Start one on this machine, name its folder with --data DIR, or its address with --seed HOST:PORT.";
        }

        var colon = Seed.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(Seed.AsSpan(colon + 1), out var port) || port == 0)
        {
            return $"--seed '{Seed}' is not HOST:PORT. Start the seed with --remote 127.0.0.1:4053 and this node with --seed 127.0.0.1:4053.";
        }

        if (Remote.Address is null && !RemoteSettings.IsLoopback(Seed[..colon]))
        {
            return $"The seed {Seed} is on another machine and calls this node back. Say under which address: --remote HOST:PORT, with --tls-dir DIR.";
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
