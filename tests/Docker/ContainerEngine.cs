using System.Diagnostics;
using Muster.Tests.Support;
using Xunit;

namespace Muster.Tests.Docker;

/// <summary>An engine of the tests' own on a socket of their own, with one small image.</summary>
public sealed class ContainerEngine : IAsyncLifetime
{
    /// <summary>An image with a shell.</summary>
    public const string Image = "localhost/busybox";

    private static readonly string[] Commands = ["sh", "sleep"];

    private readonly Podman _podman = new("vfs");
    private Process? _service;

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"unix://{_podman.File("engine.sock")}");

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var root = Directory.CreateDirectory(_podman.File("busybox/bin")).FullName;
        File.Copy((await Shell.RunAsync("sh", "-c", "command -v busybox")).Trim(), Path.Combine(root, "busybox"));
        foreach (var command in Commands)
        {
            File.CreateSymbolicLink(Path.Combine(root, command), "busybox");
        }

        await Shell.RunAsync("tar", "-C", Path.GetDirectoryName(root)!, "-cf", _podman.File("busybox.tar"), ".");
        await _podman.RunAsync("import", _podman.File("busybox.tar"), Image);
        _service = _podman.Serve(Address);
        await Eventually.Holds(() => File.Exists(Address.LocalPath), "the engine listens");
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (_service is not null)
        {
            await Shell.RunAsync("kill", "-TERM", $"{_service.Id}");
            await _service.WaitForExitAsync();
            _service.Dispose();
        }

        await _podman.DisposeAsync();
    }
}
