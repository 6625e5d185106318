using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Muster.Signatures;
using Muster.Workers.Colonies;

namespace Muster.Tests.Workers.Colonies;

/// <summary>A Colonies server in Python, as a program that can be killed and started again.</summary>
internal sealed class ColonyServer : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = Eventually.Patience };
    private ProgramProcess _python = null!;

    private ColonyServer()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        Client = new ColoniesClient(Url);
    }

    /// <summary>Where it is.</summary>
    public Uri Url { get; }

    /// <summary>To it.</summary>
    public ColoniesClient Client { get; }

    /// <summary>Who owns its colony.</summary>
    public PrivateKey Owner { get; } = PrivateKey.New();

    /// <summary>Where a test may keep something.</summary>
    public TestFolder Folder => _folder;

    /// <summary>A member who submits and looks.</summary>
    public ColonyMember User { get; private set; } = null!;

    /// <summary>Starts one.</summary>
    public static async Task<ColonyServer> StartAsync()
    {
        var server = new ColonyServer();
        await server.StartAgainAsync();
        server.User = await server.MemberAsync("user", "nothing");
        return server;
    }

    /// <summary>Starts it again.</summary>
    public async Task StartAgainAsync()
    {
        _python = ProgramProcess.StartPython(
            new Dictionary<string, string> { ["PYTHONDONTWRITEBYTECODE"] = "1" }, _folder.Path, Path.Combine(AppContext.BaseDirectory, "Servers", "colonies_server.py"), $"{Url.Port}", _folder.File("state.json"), Owner.Id);
        await Eventually.Holds(() => _python.Output.Length > 0, "the server is there");
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => _python.KillAsync();

    /// <summary>Makes an approved executor.</summary>
    public async Task<ColonyMember> MemberAsync(string name, string type)
    {
        var key = PrivateKey.New();
        await Client.SendAsync(Owner, "addexecutormsg", new() { ["executor"] = new JsonObject { ["executorid"] = key.Id, ["executorname"] = name, ["executortype"] = type, ["colonyname"] = "dev" } });
        await Client.SendAsync(Owner, "approveexecutormsg", new() { ["colonyname"] = "dev", ["executorname"] = name });
        return new ColonyMember(Client, "dev", key);
    }

    /// <summary>Submits a command.</summary>
    public async Task<string> SubmitAsync(string command, JsonArray args, Action<JsonObject>? change = null)
    {
        var spec = new JsonObject { ["funcname"] = command, ["args"] = args, ["maxexectime"] = -1, ["maxretries"] = 3, ["conditions"] = new JsonObject { ["colonyname"] = "dev", ["executortype"] = "cli" } };
        change?.Invoke(spec);
        return (await User.SubmitAsync(spec)).Id;
    }

    /// <summary>Submits a command, again when the server does something wrong with that.</summary>
    public async Task<string> SubmitAgainAsync(string command) => await Eventually.SeeAsync(
        async () =>
        {
            try
            {
                return await SubmitAsync(command, []);
            }
            catch (Exception e) when (e is UnreachableException or RefusedException)
            {
                throw new IOException(e.Message, e);
            }
        },
        id => id.Length > 0);

    /// <summary>Waits until a process is in a state.</summary>
    public Task<ColoniesProcess> UntilAsync(string id, ProcessState state) => Eventually.SeeAsync(
        async () =>
        {
            try
            {
                return await User.GetAsync(id);
            }
            catch (UnreachableException e)
            {
                throw new IOException(e.Message, e);
            }
        },
        p => p.State == state);

    /// <summary>All that it has.</summary>
    public async Task<JsonObject> StateAsync() => JsonNode.Parse(await _http.GetStringAsync(Url))!.AsObject();

    /// <summary>Has it do something wrong.</summary>
    public async Task FaultAsync(string kind, int times = 1)
    {
        using var content = new StringContent(new JsonObject { ["kind"] = kind, ["times"] = times }.ToJsonString());
        using var answer = await _http.PostAsync(new Uri(Url, "/_fault"), content);
        answer.EnsureSuccessStatusCode();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _python.DisposeAsync();
        _http.Dispose();
        Client.Dispose();
        _folder.Dispose();
    }
}
