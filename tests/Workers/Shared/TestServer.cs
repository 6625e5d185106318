using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Tests.Workers.Shared;

/// <summary>A server in Python that records what it is asked. It can be killed and started again at the same place with what it knew.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _script;
    private readonly HttpClient _http = new();
    private ProgramProcess _process = null!;
    private int _port;

    private TestServer(string script) => _script = script;

    public Uri Address => new($"http://127.0.0.1:{_port}/");

    public static async Task<TestServer> StartAsync(string script)
    {
        var server = new TestServer(script);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it again after it was killed.</summary>
    public async Task StartAsync()
    {
        _process = ProgramProcess.StartPython(
            new Dictionary<string, string>(), _folder.Path, Path.Combine(AppContext.BaseDirectory, "Servers", _script),
            "--folder", _folder.Path, "--port", _port.ToString(CultureInfo.InvariantCulture));
        var said = await Eventually.SeeAsync(() => Task.FromResult(_process.Output), o => o.Contains("listening ", StringComparison.Ordinal) && o.EndsWith('\n'));
        _port = int.Parse(said.Split("listening ")[1].Trim(), CultureInfo.InvariantCulture);
    }

    public async Task KillAsync()
    {
        await _process.KillAsync();
        await _process.DisposeAsync();
    }

    /// <summary>Answers out of order, instead of those before.</summary>
    public Task RulesAsync(params object[] rules) => TellAsync("rules", rules);

    public Task TellAsync(string what, object body) => AskAsync(what, body);

    public async Task<JsonNode?> AskAsync(string what, object body)
    {
        // With its length: the server does not read what comes in chunks.
        using var content = new StringContent(JsonSerializer.Serialize(body));
        using var response = await _http.PostAsync(new Uri(Address, $"_test/{what}"), content);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadAsStringAsync();
        return answer.Length == 0 ? null : JsonNode.Parse(answer);
    }

    public async Task<JsonObject> StateAsync() => (await _http.GetFromJsonAsync<JsonObject>(new Uri(Address, "_test/state")))!;

    /// <summary>The requests so far; with a pattern, those whose "METHOD /path" begins with it.</summary>
    public async Task<IReadOnlyList<RecordedRequest>> RecordAsync(string begins = "")
    {
        var all = (await _http.GetFromJsonAsync<List<RecordedRequest>>(new Uri(Address, "_test/record"), JsonSerializerOptions.Web))!;
        return [.. all.Where(r => r.ToString().StartsWith(begins, StringComparison.Ordinal))];
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }
}

/// <summary>A request that a server got.</summary>
public sealed record RecordedRequest(string Method, string Path, Dictionary<string, string[]> Query, Dictionary<string, string> Headers, JsonNode? Body, int Status, double At)
{
    public override string ToString() => $"{Method} {Path}";
}
