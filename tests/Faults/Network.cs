using System.Diagnostics;
using System.Globalization;

namespace Muster.Tests.Faults;

/// <summary>A network of its own for the bench: the program runs again inside a namespace with a bridge, and every node in one behind it, so that it can be cut off.</summary>
/// <remarks>Needs root, iproute2 and nftables. Nothing of it touches the machine's own network.</remarks>
internal sealed class Network : IDisposable
{
    /// <summary>Where seeds listen.</summary>
    public const string Seeds = "10.77.0.1";

    /// <summary>Where the store listens: a node can lose the others and keep the store.</summary>
    public const string Store = "10.77.0.2";

    /// <summary>All of it.</summary>
    public const string All = "10.77.0.0/24";

    private const string Inside = "MUSTER_FAULTS_NETWORK";

    private readonly string _hub = Environment.GetEnvironmentVariable(Inside)!;
    private readonly Dictionary<string, string> _namespaces = [];

    /// <summary>Prepares the bridge; to be called inside.</summary>
    public Network()
    {
        Ip("link set lo up");
        Ip("link add muster type bridge");
        Ip($"addr add {Seeds}/24 dev muster");
        Ip($"addr add {Store}/24 dev muster");
        Ip("link set muster up");
    }

    /// <summary>Whether this program runs in the namespace already.</summary>
    public static bool IsInside => Environment.GetEnvironmentVariable(Inside) is not null;

    /// <summary>Runs this program again in a new namespace, and gives its exit code.</summary>
    public static async Task<int> RunInsideAsync(string[] args)
    {
        var hub = $"muster-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        Ip($"netns add {hub}");
        try
        {
            var start = new ProcessStartInfo("ip") { Environment = { [Inside] = hub } };
            foreach (var argument in (IEnumerable<string>)["netns", "exec", hub, "dotnet", Path.Combine(AppContext.BaseDirectory, "Muster.Tests.Faults.dll"), .. args])
            {
                start.ArgumentList.Add(argument);
            }

            using var inside = Process.Start(start)!;
            await inside.WaitForExitAsync().ConfigureAwait(false);
            return inside.ExitCode;
        }
        finally
        {
            Ip($"netns del {hub}");
        }
    }

    /// <summary>Makes the namespace of a node, and gives its name and its address.</summary>
    public (string Namespace, string Address) Add(int node)
    {
        var number = node.ToString(CultureInfo.InvariantCulture);
        var (name, address) = ($"{_hub}-n{number}", $"10.77.0.{(10 + node).ToString(CultureInfo.InvariantCulture)}");
        if (_namespaces.TryAdd(name, address))
        {
            Ip($"netns add {name}");
            Ip($"link add veth{number} type veth peer name eth0 netns {name}");
            Ip($"link set veth{number} master muster up");
            Ip($"-n {name} link set lo up");
            Ip($"-n {name} addr add {address}/24 dev eth0");
            Ip($"-n {name} link set eth0 up");
        }

        return (name, address);
    }

    /// <summary>A node reaches the seeds and the other nodes no more, nor they it; the store it still reaches.</summary>
    public void CutFromOthers(string name) => Routes(name, "add");

    /// <summary>It reaches them again.</summary>
    public void Heal(string name) => Routes(name, "del");

    /// <summary>A node reaches nothing any more, or all again.</summary>
    public static void Link(string name, bool up) => Ip($"-n {name} link set eth0 {(up ? "up" : "down")}");

    /// <summary>A node hears nothing that the seeds and the other nodes say, or is not heard by them; the store it reaches.</summary>
    public void CutOneWay(string name, bool hears) => Filter(name, hears ? "output" : "input", $"ip {(hears ? "daddr" : "saddr")} {{ {string.Join(", ", OthersOf(name))} }} drop");

    /// <summary>Of what a node sends and receives, this share is lost, on the way to the store too.</summary>
    public static void Lose(string name, int percent)
    {
        foreach (var hook in (string[])["input", "output"])
        {
            Filter(name, hook, string.Create(CultureInfo.InvariantCulture, $"numgen random mod 100 < {percent} drop"));
        }
    }

    /// <summary>What <see cref="CutOneWay"/> and <see cref="Lose"/> dropped arrives again.</summary>
    public static void LoseNothing(string name) => Run("ip", $"netns exec {name} nft delete table inet muster");

    /// <summary>What a node sends waits in a narrow line, as behind a modem.</summary>
    public static void Slow(string name) => Run("tc", $"-n {name} qdisc add dev eth0 root tbf rate 256kbit burst 8kb latency 300ms");

    /// <summary>The line is wide again.</summary>
    public static void Fast(string name) => Run("tc", $"-n {name} qdisc del dev eth0 root");

    public void Dispose()
    {
        foreach (var name in _namespaces.Keys)
        {
            Ip($"netns del {name}");
        }
    }

    private void Routes(string name, string verb)
    {
        foreach (var address in OthersOf(name))
        {
            Ip($"-n {name} route {verb} blackhole {address}/32");
        }
    }

    private IEnumerable<string> OthersOf(string name) => _namespaces.Values.Where(a => a != _namespaces[name]).Append(Seeds);

    private static void Filter(string name, string hook, string rule)
    {
        Run("ip", $"netns exec {name} nft add table inet muster");
        Run("ip", $"netns exec {name} nft add chain inet muster {hook} {{ type filter hook {hook} priority 0 ; }}");
        Run("ip", $"netns exec {name} nft add rule inet muster {hook} {rule}");
    }

    private static void Ip(string arguments) => Run("ip", arguments);

    private static void Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {arguments}: {error}");
        }
    }
}
