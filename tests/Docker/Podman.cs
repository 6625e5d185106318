using System.Globalization;
using Muster.Tests.Support;

namespace Muster.Tests.Docker;

/// <summary>Images and containers of a test run, in a storage of its own: what is on the machine besides is neither seen nor touched.</summary>
/// <param name="driver">How images are stored: <c>overlay</c>, or <c>vfs</c>, which mounts nothing that a service could leave behind.</param>
/// <remarks>Needs root and podman with runc. The containers use the network of the machine, on loopback.</remarks>
internal sealed class Podman(string driver = "overlay") : IAsyncDisposable
{
    /// <summary>Enough for a program, and below what a machine allows that forbids to raise its limits.</summary>
    private static readonly string[] Limits = ["--network", "host", "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"];

    private readonly TestFolder _folder = new();
    private readonly List<string> _containers = [];

    /// <summary>A folder for what images are made from.</summary>
    public string File(string name) => _folder.File(name);

    /// <summary>Runs a command of podman that has to succeed, and gives what it printed.</summary>
    public Task<string> RunAsync(params IReadOnlyList<string> arguments) => Shell.RunAsync(Command(arguments));

    /// <summary>Runs a command of podman, and gives its exit code.</summary>
    public async Task<int> TryAsync(params IReadOnlyList<string> arguments) => (await Shell.TryAsync(Command(arguments)).ConfigureAwait(false)).Exit;

    /// <summary>Serves the API of Docker until it is ended.</summary>
    /// <param name="address">Where.</param>
    public System.Diagnostics.Process Serve(Uri address)
    {
        var command = Command("system", "service", "--time", "0", address.ToString());
        return System.Diagnostics.Process.Start(command[0], command.Skip(1));
    }

    /// <summary>Builds an image.</summary>
    /// <param name="file">Its Dockerfile.</param>
    /// <param name="context">The folder that is copied from.</param>
    /// <param name="target">The stage, after which the image is named.</param>
    /// <param name="more">Build arguments and volumes.</param>
    public Task BuildAsync(string file, string context, string target, params IReadOnlyList<string> more) =>
        RunAsync(["build", "--format", "docker", .. Limits, "--pull-never", "--file", file, "--target", target, "--tag", $"localhost/{target}", .. more, context]);

    /// <summary>Runs a container to its end, and gives what it printed.</summary>
    public Task<string> OnceAsync(string image, IReadOnlyList<string> options, params IReadOnlyList<string> arguments) =>
        RunAsync(["run", "--rm", .. Limits, .. options, $"localhost/{image}", .. arguments]);

    /// <summary>Starts a container, and gives its id.</summary>
    public async Task<string> StartAsync(string image, IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> options, params IReadOnlyList<string> arguments)
    {
        var id = await RunAsync(["create", .. Limits, .. variables.SelectMany(v => new[] { "--env", $"{v.Key}={v.Value}" }), .. options, $"localhost/{image}", .. arguments]).ConfigureAwait(false);
        _containers.Add(id);
        await RunAsync("start", id).ConfigureAwait(false);
        return id;
    }

    /// <summary>Waits until the image's own check of a container is content.</summary>
    public Task HealthyAsync(string container) => Eventually.SeeAsync(
        async () => await Shell.TryAsync(Command("healthcheck", "run", container)).ConfigureAwait(false), check => check.Exit == 0, 60);

    /// <summary>Sends the signal of the image for a stop, waits, and gives the exit code.</summary>
    public async Task<int> StopAsync(string container)
    {
        await RunAsync("stop", "--time", "90", container).ConfigureAwait(false);
        return int.Parse(await RunAsync("inspect", "--format", "{{.State.ExitCode}}", container).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    /// <summary>What all containers have printed.</summary>
    public async Task<string> LogsAsync()
    {
        var logs = new List<string>();
        foreach (var id in _containers)
        {
            var (_, output, error) = await Shell.TryAsync(Command("logs", id)).ConfigureAwait(false);
            logs.Add($"=== {id}\n{output}\n{error}");
        }

        return string.Join('\n', logs);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var id in _containers)
        {
            await TryAsync("rm", "--force", "--volumes", "--time", "0", id).ConfigureAwait(false);
        }

        _folder.Dispose();
    }

    private string[] Command(params IReadOnlyList<string> arguments) =>
        ["podman", "--root", _folder.File("store"), "--runroot", _folder.File("run"), "--tmpdir", _folder.File("tmp"), "--storage-driver", driver, "--runtime", "runc", "--cgroup-manager", "cgroupfs", "--events-backend", "file", .. arguments];
}
