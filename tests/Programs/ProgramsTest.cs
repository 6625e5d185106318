using Muster.Tests.Support;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>Tests with seeds and nodes as programs, in one folder; they end with the test.</summary>
public abstract class ProgramsTest : IAsyncLifetime
{
    private readonly List<ProgramProcess> _programs = [];

    /// <summary>Where they work.</summary>
    protected TestFolder Folder { get; } = new();

    /// <summary>What all of them have printed, for a test that failed.</summary>
    protected string Outputs => string.Join("\n===\n", _programs.Select(p => p.Output));

    /// <inheritdoc />
    public virtual Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public virtual async Task DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        Folder.Dispose();
    }

    /// <summary>Starts a seed with a gateway of its own, and waits until it serves. It logs warnings unless it is told otherwise.</summary>
    protected async Task<SeedProcess> StartSeedAsync(params string[] options)
    {
        var url = $"http://127.0.0.1:{Ports.Free()}";
        string[] log = options.Contains("--log-level") ? [] : ["--log-level", "warning"];
        var seed = SeedProcess.Start(Folder.Path, url, ["--urls", url, .. log, .. options]);
        _programs.Add(seed);
        await seed.ReadyAsync();
        return seed;
    }

    /// <summary>Starts a node.</summary>
    protected ProgramProcess StartNode(params string[] options)
    {
        var node = ProgramProcess.StartBeside(Folder.Path, "Cluster.Node.dll", options);
        _programs.Add(node);
        return node;
    }
}
