using Muster.Messages.Processes;
using Muster.Messages.Queues;

namespace Muster.Tests.Unit.Simulation;

/// <summary>Messages and events in a few words.</summary>
internal static class Words
{
    public static string Of(object? detail) => detail switch
    {
        null => "",
        string s => s,
        ProcessCommand.Offer m => $"Offer {m.CommandId} to {m.Demand} [{Slots(m.Slots)}]",
        ProcessCommand.OfAttempt m => $"{m.GetType().Name} {m.CommandId} of attempt {m.Attempt}",
        ProcessCommand m => $"{m.GetType().Name} {m.CommandId}",
        ProcessSignal.Assignment m => $"Assignment {m.Process.Id} attempt {m.Attempt}",
        ProcessSignal m => $"{m.GetType().Name}",
        ProcessReply.Done m => $"Done {m.Process.Id} {m.Status} attempt {m.Attempt}{(m.Repeated ? " repeated" : "")}{(m.Cancel ? " cancel" : "")}",
        ProcessReply.Refused m => $"Refused {m.Process.Id} {m.Problem}: {m.Message}",
        QueueMessage.Enqueue m => $"Enqueue {m.Process.Id}",
        QueueMessage.Dequeue m => $"Dequeue {m.Process.Id}",
        QueueMessage.OfferAnswered m => $"OfferAnswered {m.Process.Id} {m.Offer} attempt {m.Attempt}{(m.NoSlot ? " no slot" : "")}",
        QueueMessage.AttemptOver m => $"AttemptOver {m.Process.Id} attempt {m.Attempt} [{Slots(m.Slots)}]",
        QueueMessage.Interest m => $"Interest {m.Demand} v{m.Version} slots {m.Slots} acked {m.Acked}{(m.Gone ? " gone" : "")}",
        DispatcherMessage.Demand m => $"Demand {m.DemandId} v{m.Version} free {m.Free} held [{Attempts(m.Held)}] finished [{Attempts(m.Finished)}]{(m.Gone ? " gone" : "")}",
        DispatcherMessage.Report m => $"Report {m.DemandId} of {m.Queue.Name} used {m.Used} given {m.Given?.Process.Id} {m.Given?.Attempt} next {m.Next}",
        ProcessEvent.AttemptEnded e => $"AttemptEnded {e.Attempt} {e.Outcome}{(e.Counted ? " counted" : "")} to {e.To}",
        ProcessEvent.Assigned e => $"Assigned {e.Attempt} to {e.Demand} [{Slots(e.Slots)}]",
        ProcessEvent e => $"{e.GetType().Name} to {e.To}",
        _ => detail.GetType().Name,
    };

    private static string Slots(IEnumerable<SlotClaim> slots) => string.Join(' ', slots.Select(s => $"{s.Key}#{s.Slot}"));

    private static string Attempts(IEnumerable<AttemptRef> attempts) => string.Join(' ', attempts.Select(a => $"{a.Process.Id}/{a.Attempt}"));
}
