using System.Runtime.InteropServices;
using Xunit;

namespace Muster.Tests.Docker;

/// <summary>The images of seed and node, built by docker/Dockerfile on a Debian of this run's own.</summary>
public sealed class Images : IAsyncLifetime
{
    /// <summary>Where they are.</summary>
    internal Podman Podman { get; } = new();

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        await DebianAsync();
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var target in new[] { "sdk", "runtime" })
        {
            await Podman.BuildAsync(Repository.File("tests", "Docker", "Base.Dockerfile"), dotnet, target, "--build-arg", "DEBIAN=localhost/debian");
        }

        // The packages that the tests were built with: the container restores nothing that is not here. What it writes there is gone afterwards.
        var packages = (await Shell.RunAsync("dotnet", "nuget", "locals", "global-packages", "--list")).Split(": ", 2)[1].TrimEnd('/');
        foreach (var target in new[] { "seed", "node" })
        {
            await Podman.BuildAsync(
                Repository.File("docker", "Dockerfile"), Repository.Root, target,
                "--volume", $"{dotnet}:/usr/share/dotnet:ro", "--volume", $"{packages}:/root/.nuget/packages:O",
                "--build-arg", "SDK_IMAGE=localhost/sdk", "--build-arg", "RUNTIME_IMAGE=localhost/runtime");
        }
    }

    /// <inheritdoc />
    public async Task DisposeAsync() => await Podman.DisposeAsync();

    // From where this machine has its own packages, and of the same release.
    private async Task DebianAsync()
    {
        var release = (await Shell.RunAsync("sh", "-c", ". /etc/os-release && echo $VERSION_CODENAME")).Trim();
        var sources = await Shell.RunAsync("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", $"Release: {release}", "Component: main");
        var source = sources.Split('\n')[0];
        var root = Podman.File("debian");
        await Shell.RunAsync("debootstrap", "--variant=minbase", "--include=ca-certificates,libssl3,libstdc++6", release, root, source);
        await Shell.RunAsync("tar", "-C", root, "-cf", Podman.File("debian.tar"), ".");
        await Podman.RunAsync("import", Podman.File("debian.tar"), "localhost/debian");
    }
}
