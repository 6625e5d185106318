using System.Text.Json.Nodes;
using Muster.Signatures;

namespace Muster.Workers.Colonies;

/// <summary>What a member of a colony says: a client, a colony and a key.</summary>
/// <param name="Client">To the server.</param>
/// <param name="Colony">The name of the colony.</param>
/// <param name="Key">The key of the member.</param>
public sealed record ColonyMember(ColoniesClient Client, string Colony, PrivateKey Key)
{
    /// <summary>The least time-out of a question for work, in seconds.</summary>
    public const int LeastTimeout = 1;

    /// <summary>Asks for a process.</summary>
    /// <param name="seconds">How long the server waits for one, at least 1.</param>
    /// <param name="latest">Whether the newest is wanted instead of the one that is due. The releases up to 1.0.2 and Muster know it; others do not look at it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null when there is none, or the colony is paused.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time-out is less than a second.</exception>
    public async Task<ColoniesProcess?> AssignAsync(int seconds, bool latest = false, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, LeastTimeout);
        var question = new JsonObject { ["colonyname"] = Colony, ["timeout"] = seconds };
        if (latest)
        {
            question["latest"] = true;
        }

        try
        {
            return new ColoniesProcess((await Client.SendAsync(Key, "assignprocessmsg", question, TimeSpan.FromSeconds(seconds), cancel).ConfigureAwait(false)).AsObject());
        }
        catch (RefusedException e) when (e.Status is 404 or 408)
        {
            return null;
        }
    }

    /// <summary>Looks at a process.</summary>
    public async Task<ColoniesProcess> GetAsync(string id, CancellationToken cancel = default) =>
        new((await Client.SendAsync(Key, "getprocessmsg", new() { ["processid"] = id }, cancel: cancel).ConfigureAwait(false)).AsObject());

    /// <summary>The processes that an executor has, the oldest first.</summary>
    /// <param name="executorId">Its id.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<ColoniesProcess>> RunningAsync(string executorId, CancellationToken cancel = default)
    {
        const int TenYears = 10 * 365 * 86_400;
        var found = await Client.SendAsync(Key, "getprocesshistmsg", new() { ["colonyname"] = Colony, ["executorid"] = executorId, ["seconds"] = TenYears, ["state"] = (int)ProcessState.Running }, cancel: cancel).ConfigureAwait(false);
        return [.. found.AsArray().OfType<JsonObject>().Select(p => new ColoniesProcess(p)).Where(p => p.State == ProcessState.Running && p.Executor == executorId)];
    }

    /// <summary>Submits what is to run, and gives the process.</summary>
    /// <param name="spec">A function specification.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<ColoniesProcess> SubmitAsync(JsonObject spec, CancellationToken cancel = default) =>
        new((await Client.SendAsync(Key, "submitfuncspecmsg", new() { ["spec"] = spec }, cancel: cancel).ConfigureAwait(false)).AsObject());

    /// <summary>Closes a process with success.</summary>
    /// <param name="id">The process.</param>
    /// <param name="output">What it returned; null keeps what <see cref="SetOutputAsync"/> said.</param>
    /// <param name="cancel">Gives up.</param>
    public Task CloseAsync(string id, JsonArray? output = null, CancellationToken cancel = default)
    {
        var message = new JsonObject { ["processid"] = id };
        if (output is not null)
        {
            message["out"] = output.DeepClone();
        }

        return Client.SendAsync(Key, "closesuccessfulmsg", message, cancel: cancel);
    }

    /// <summary>Closes a process with failure; it is not tried again.</summary>
    /// <param name="id">The process.</param>
    /// <param name="errors">Why.</param>
    /// <param name="cancel">Gives up.</param>
    public Task FailAsync(string id, IEnumerable<string> errors, CancellationToken cancel = default) =>
        Client.SendAsync(Key, "closefailedmsg", new() { ["processid"] = id, ["errors"] = new JsonArray([.. errors.Select(e => (JsonNode)e)]) }, cancel: cancel);

    /// <summary>Says what a process that runs has returned so far; it replaces what was said before.</summary>
    public Task SetOutputAsync(string id, JsonArray output, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        return Client.SendAsync(Key, "setoutputmsg", new() { ["processid"] = id, ["out"] = output.DeepClone() }, cancel: cancel);
    }

    /// <summary>Adds an attribute to a process that runs.</summary>
    public Task AddAttributeAsync(string id, string key, string value, AttributeType type = AttributeType.Out, CancellationToken cancel = default) =>
        Client.SendAsync(Key, "addattributemsg", new() { ["attribute"] = new JsonObject { ["targetid"] = id, ["targetcolonyname"] = Colony, ["attributetype"] = (int)type, ["key"] = key, ["value"] = value } }, cancel: cancel);

    /// <summary>Adds a line, or several, to the log of a process that runs.</summary>
    public Task LogAsync(string id, string text, CancellationToken cancel = default) =>
        Client.SendAsync(Key, "addlogmsg", new() { ["processid"] = id, ["message"] = text }, cancel: cancel);

    /// <summary>The executors of the colony, or those with a name; what older command lines call to resolve.</summary>
    /// <param name="name">The name; null for all.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<ExecutorEntry>> ExecutorsAsync(string? name = null, CancellationToken cancel = default)
    {
        var found = await Client.SendAsync(Key, "getexecutorsmsg", new() { ["colonyname"] = Colony }, cancel: cancel).ConfigureAwait(false);
        return [.. found.AsArray().OfType<JsonObject>().Select(ExecutorEntry.Of).Where(e => name is null || e.Name == name)];
    }
}
