using System.Net.Http.Headers;
using Muster.Tests.Support;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>One cluster of three programs for all tests: a seed whose gateway needs keys, and two worker nodes.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    /// <summary>The operator's key.</summary>
    public const string Key = "muster_first_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly TestFolder _data = new();
    private readonly List<ProgramProcess> _programs = [];
    private SeedProcess? _seed;

    /// <summary>Where the tests work.</summary>
    public TestFolder Folder { get; } = new();

    /// <summary>The gateway, HOST:PORT.</summary>
    public string Gateway { get; private set; } = "";

    /// <summary>The addresses of the members, the seed first; they sort in this order.</summary>
    public IReadOnlyList<string> Members { get; private set; } = [];

    /// <summary>The gateway, for an operator.</summary>
    public Api Api => _seed!.Api;

    /// <summary>The environment of the tool.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { ["MUSTER_URL"] = Gateway, ["MUSTER_KEY"] = Key, ["MUSTER_HISTORY"] = "", ["TERM"] = "dumb", ["TZ"] = "UTC" };

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var ports = Ports.Free(4);
        Gateway = $"127.0.0.1:{ports[3]}";
        Members = [.. ports.Take(3).Select(p => $"akka.tcp://muster@127.0.0.1:{p}")];
        var keys = new Dictionary<string, string> { ["MUSTER_BOOTSTRAP_KEY"] = Key };
        _seed = SeedProcess.StartWith(keys, _data.Path, $"http://{Gateway}", "--urls", $"http://{Gateway}", "--log-level", "warning", "--remote", $"127.0.0.1:{ports[0]}");
        _programs.Add(_seed);
        Api.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        await _seed.ReadyAsync();
        foreach (var port in ports.Take(3).Skip(1))
        {
            // They serve a queue of their own: what the tests submit runs on the seed.
            _programs.Add(ProgramProcess.StartBeside(_data.Path, "Cluster.Node.dll", "--seed", $"127.0.0.1:{ports[0]}", "--remote", $"127.0.0.1:{port}", "--name", $"node-{port}", "--queues", "apart"));
        }

        await Eventually.SeeAsync(() => Api.GetAsync("/v1/cluster"), c => c.Body!["members"]!.AsArray().Count(m => m!["status"]!.GetValue<string>() == "up") == 3, 60);
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        foreach (var program in Enumerable.Reverse(_programs))
        {
            await program.DisposeAsync();
        }

        _data.Dispose();
        Folder.Dispose();
    }

    /// <summary>Runs the tool against this cluster.</summary>
    public Task<ToolResult> RunAsync(params IReadOnlyList<string> arguments) => Tool.RunAsync(Folder.Path, Variables, arguments);
}
