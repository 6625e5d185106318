using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Signatures;

namespace Muster.Bench.Clusters;

/// <summary>Somebody who speaks the Colonies dialect.</summary>
/// <param name="http">The way to the server.</param>
/// <param name="key">What he signs with.</param>
internal sealed class ColoniesCaller(HttpClient http, PrivateKey key)
{
    private const string Type = "bench";

    private readonly byte[] _secret = Convert.FromHexString(key.ToHex());

    /// <summary>Adds an executor and approves it; as the owner of the colony.</summary>
    public async Task<PrivateKey> AddExecutorAsync(string colony, string name)
    {
        var executor = PrivateKey.New();
        await SendAsync("addexecutormsg", new JsonObject
        {
            ["executor"] = new JsonObject { ["executorid"] = executor.Id, ["executorname"] = name, ["executortype"] = Type, ["colonyname"] = colony },
        }).ConfigureAwait(false);
        await SendAsync("approveexecutormsg", new JsonObject { ["colonyname"] = colony, ["executorname"] = name }).ConfigureAwait(false);
        return executor;
    }

    /// <summary>Submits a process.</summary>
    public Task SubmitAsync(string colony) => SendAsync("submitfuncspecmsg", new JsonObject
    {
        ["spec"] = new JsonObject
        {
            ["funcname"] = "nothing",
            ["args"] = new JsonArray(new string('x', 100)),
            ["maxwaittime"] = -1,
            ["maxexectime"] = 600,
            ["maxretries"] = 3,
            ["conditions"] = new JsonObject { ["colonyname"] = colony, ["executortype"] = Type },
        },
    });

    /// <summary>Waits for a process, and gives its id.</summary>
    public async Task<string> AssignAsync(string colony) =>
        (string)(await SendAsync("assignprocessmsg", new JsonObject { ["colonyname"] = colony, ["timeout"] = 60 }).ConfigureAwait(false))["processid"]!;

    /// <summary>Closes a process as successful.</summary>
    public Task CloseAsync(string id) => SendAsync("closesuccessfulmsg", new JsonObject { ["processid"] = id, ["out"] = new JsonArray("done") });

    private async Task<JsonNode> SendAsync(string type, JsonObject message)
    {
        message["msgtype"] = type;
        var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(message.ToJsonString()));
        using var content = new StringContent($$"""{"payloadtype":"{{type}}","payload":"{{payload}}","signature":"{{NativeSigner.Sign(key, _secret, payload)}}"}""");
        using var response = await http.PostAsync(new Uri("/api", UriKind.Relative), content).ConfigureAwait(false);
        using var envelope = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync().ConfigureAwait(false)).ConfigureAwait(false);
        var answer = JsonNode.Parse(envelope.RootElement.GetProperty("payload").GetBytesFromBase64())!;
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{type} was answered with {(int)response.StatusCode}: {answer["message"]}");
    }
}
