using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Schedules;
using Muster.Persistence;

namespace Muster.Engine.Schedules;

/// <summary>Submits the work of a schedule or a generator, and reads how it went. What submits is the id: the same again is the same work.</summary>
/// <param name="store">Where work is looked up.</param>
internal sealed class WorkLaunch(IStore store)
{
    /// <summary>The command that submits the work.</summary>
    /// <param name="template">What is run.</param>
    /// <param name="work">Its identity.</param>
    /// <param name="label">The label that says who fired it.</param>
    /// <param name="by">In whose name.</param>
    /// <param name="change">What is different in this run, for those of its processes that depend on no other.</param>
    public static object Command(WorkTemplate template, ProcessId work, (string Key, string Value) label, string? by, Func<ProcessSpec, ProcessSpec> change)
    {
        var process = template.Process ?? throw new NotSupportedException("There are no workflows here.");
        return new ProcessCommand.Submit
        {
            Process = work,
            CommandId = $"fire-{work.Id}",
            By = by,
            Spec = change(process) with { Labels = process.Labels.SetItem(label.Key, label.Value) },
            // The id derives from who fires it and from which run it is: that is all there is to compare.
            Fingerprint = work.Id,
        };
    }

    /// <summary>Where the command goes.</summary>
    public static IActorRef Region(ActorSystem system) => EngineContext.ProcessRegion(system);

    /// <summary>What an answer says; null when it is not an answer for this work.</summary>
    public static LaunchAnswer? Read(object answer, ProcessId work) => answer switch
    {
        ProcessReply r when r.Process != work => null,
        ProcessReply.Done => new LaunchAnswer(null, Again: false),
        ProcessReply.Refused { Problem: Problem.Busy or Problem.StorageFull or Problem.TooMuch } r => new LaunchAnswer(r.Message, Again: true),
        ProcessReply.Refused r => new LaunchAnswer(r.Message, Again: false),
        _ => null,
    };

    /// <summary>How work that was submitted before stands.</summary>
    /// <param name="work">Its identity.</param>
    /// <param name="outputs">Whether its outputs are wanted.</param>
    public async Task<PreviousWork> PreviousAsync(ProcessId work, bool outputs)
    {
        var row = await store.Read.FindAsync(work).ConfigureAwait(false);
        // The retention takes only what is final.
        if (row is null)
        {
            return new PreviousWork(true, null);
        }

        if (!row.Status.IsFinal())
        {
            return new PreviousWork(false, null);
        }

        var result = outputs ? await store.Read.ResultAsync(work).ConfigureAwait(false) : null;
        return new PreviousWork(true, result is { } output ? Joined([output]) : null);
    }

    /// <summary>Outputs as one list: a list gives its items, anything else itself.</summary>
    internal static JsonElement Joined(ImmutableArray<JsonElement> outputs) => JsonElement.Parse(
        $"[{string.Join(',', outputs.SelectMany(o => o.ValueKind == JsonValueKind.Array ? o.EnumerateArray() : Enumerable.Repeat(o, 1)).Select(o => o.GetRawText()))}]");
}
