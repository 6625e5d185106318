using System.Text.Json.Nodes;

namespace Muster.Workers.Colonies;

/// <summary>A process in the hands of an executor. What is said of it is repeated until the server has answered.</summary>
public sealed class ColoniesTask
{
    private readonly ColonyMember _member;
    private readonly Insistence _insistence;
    private readonly TaskLog _log;
    private readonly CancellationToken _over;

    internal ColoniesTask(ColoniesProcess process, ColonyMember member, Insistence insistence, TaskLog log, CancellationToken over) =>
        (Process, _member, _insistence, _log, _over) = (process, member, insistence, log, over);

    /// <summary>What is to be done.</summary>
    public ColoniesProcess Process { get; }

    /// <summary>Adds a line to the log; it is sent soon, in order.</summary>
    public void Log(string line) => _log.Add(line);

    /// <summary>Adds an attribute.</summary>
    /// <exception cref="RefusedException">The process is no longer this executor's, or has such an attribute.</exception>
    public Task AddAttributeAsync(string key, string value, AttributeType type = AttributeType.Out) =>
        _insistence.SayAsync(cancel => _member.AddAttributeAsync(Process.Id, key, value, type, cancel), _over);

    /// <summary>Says what it has returned so far.</summary>
    /// <exception cref="RefusedException">The process is no longer this executor's.</exception>
    public Task SetOutputAsync(JsonArray output) => _insistence.SayAsync(cancel => _member.SetOutputAsync(Process.Id, output, cancel), _over);
}
