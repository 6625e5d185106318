using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Tests.Support;

/// <summary>A private RabbitMQ broker on loopback, in a folder of its own, with an epmd of its own. It ends with the tests.</summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private static readonly Lazy<Task<RabbitServer>> OfThisRun = new(StartAsync);

    private readonly string _folder;
    private readonly Process _watch;
    private readonly int _names = FreePort();
    private readonly int _nodes = FreePort();
    private Process? _broker;

    private RabbitServer(string folder)
    {
        _folder = folder;
        _watch = Watch(folder);
    }

    /// <summary>The one that all tests of this run share, each with queues of its own.</summary>
    public static Task<RabbitServer> SharedAsync() => OfThisRun.Value;

    /// <summary>Its port.</summary>
    public int Port { get; } = FreePort();

    /// <summary>Its address, with user and password.</summary>
    public string Url => $"amqp://guest:guest@127.0.0.1:{Port}/";

    /// <summary>What it has printed.</summary>
    public string Output => File.ReadAllText(Path.Combine(_folder, "output"));

    /// <summary>Makes a broker that nobody else uses, and starts it.</summary>
    public static async Task<RabbitServer> StartAsync()
    {
        if (!File.Exists(Program))
        {
            throw new InvalidOperationException($"There is no {Program}: install Debian's rabbitmq-server.");
        }

        var folder = Directory.CreateTempSubdirectory("muster-rabbit-").FullName;
        var server = new RabbitServer(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[].").ConfigureAwait(false);
        var cookie = Path.Combine(folder, ".erlang.cookie");
        await File.WriteAllTextAsync(cookie, Guid.NewGuid().ToString("N")).ConfigureAwait(false);
        File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        await server.StartAgainAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        // A group of its own, whose number the watch reads.
        _broker = Start("setsid", "sh", "-c", $"echo $$ >'{_folder}/group'; epmd -port {_names} -address 127.0.0.1 & exec {Program} >>'{_folder}/output' 2>&1");
        await Eventually.TrueAsync(AnswersAsync, seconds: 60).ConfigureAwait(false);
    }

    /// <summary>Waits until a quorum queue is known on the disk: the broker writes its list of them half a second late, and one that is not in it never answers again after a kill.</summary>
    public Task KeepsAsync(string queue)
    {
        var list = Path.Combine(_folder, "data", "muster@localhost", "quorum", "muster@localhost", "names.dets");
        return Eventually.TrueAsync(async () => (await File.ReadAllBytesAsync(list).ConfigureAwait(false)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(queue)) >= 0);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_broker is not { HasExited: false } broker)
        {
            return;
        }

        using var kill = Process.Start("kill", ["-KILL", "--", $"-{broker.Id.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync().ConfigureAwait(false);
        await broker.WaitForExitAsync().ConfigureAwait(false);
        broker.Dispose();
        _broker = null;
        // Its port is free when the last of the group is gone.
        await Eventually.TrueAsync(async () => !await ListensAsync().ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _watch.StandardInput.Close();
        await _watch.WaitForExitAsync().ConfigureAwait(false);
        _watch.Dispose();
        _broker?.Dispose();
    }

    // Ends the broker and removes its folder when its input ends: with this program, however that ends.
    private static Process Watch(string folder)
    {
        var start = new ProcessStartInfo("setsid") { RedirectStandardInput = true };
        foreach (var argument in (string[])["sh", "-c", "cat >/dev/null; kill -s KILL -- \"-$(cat \"$1/group\")\" 2>/dev/null; for i in 1 2 3 4 5; do rm -rf \"$1\" 2>/dev/null && break; sleep 0.2; done", "watch", folder])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    // Below the range that the system takes ports of outgoing connections from: one of those must not be taken before the broker listens.
    private static int FreePort()
    {
        while (true)
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 32_000));
                probe.Start();
                return ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody has it: the next.
            }
        }
    }

    private Process Start(params string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { WorkingDirectory = _folder };
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = _folder,
            ["ERL_EPMD_PORT"] = Number(_names),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODENAME"] = "muster@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Number(Port),
            ["RABBITMQ_DIST_PORT"] = Number(_nodes),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "data"),
            ["RABBITMQ_LOG_BASE"] = _folder,
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "plugins"),
            ["RABBITMQ_SCHEMA_DIR"] = Path.Combine(_folder, "schema"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(_folder, "generated"),
            // What the machine's own broker is configured with is not meant for this one.
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "none"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(_folder, "none.config"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "none.env"),
        })
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private async Task<bool> AnswersAsync()
    {
        if (_broker is not { HasExited: false })
        {
            throw new InvalidOperationException($"The broker ended: {Output}");
        }

        return await ListensAsync().ConfigureAwait(false);
    }

    private async Task<bool> ListensAsync()
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, Port).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
