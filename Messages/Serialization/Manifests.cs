using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;
using Muster.Messages.Channels;
using Muster.Messages.Executors;
using Muster.Messages.Generators;
using Muster.Messages.Inspection;
using Muster.Messages.Leases;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Schedules;
using Muster.Messages.Workflows;

namespace Muster.Messages.Serialization;

/// <summary>The short names under which messages stand in the journal and on the wire. A name, once shipped, keeps its meaning for ever.</summary>
/// <remarks>Prefixes: <c>p</c> process, <c>q</c> queue, <c>d</c> dispatcher and deployment, <c>x</c> executor, <c>w</c> workflow, <c>s</c> schedule, <c>g</c> generator, <c>l</c> lease, <c>c</c> channel, <c>n</c> node, <c>a</c> agent, <c>r</c> reconciler; <c>e</c> event, <c>c</c> command, <c>s</c> signal, <c>r</c> reply, <c>q</c> question, <c>a</c> answer.</remarks>
public static class Manifests
{
    private static readonly (string Manifest, JsonTypeInfo Type)[] Table =
    [
        ("pe.submitted", MessagesJson.Default.Submitted),
        ("pe.unblocked", MessagesJson.Default.Unblocked),
        ("pe.assigned", MessagesJson.Default.Assigned),
        ("pe.attempt-ended", MessagesJson.Default.AttemptEnded),
        ("pe.attributes-set", MessagesJson.Default.AttributesSet),
        ("pe.parent-added", MessagesJson.Default.ParentAdded),
        ("pe.priority-changed", MessagesJson.Default.PriorityChanged),
        ("pe.succeeded", MessagesJson.Default.Succeeded),
        ("pe.failed", MessagesJson.Default.Failed),
        ("pe.cancelled", MessagesJson.Default.Cancelled),
        ("pe.reopened", MessagesJson.Default.Reopened),
        ("pc.submit", MessagesJson.Default.Submit),
        ("pc.offer", MessagesJson.Default.Offer),
        ("pc.heartbeat", MessagesJson.Default.Heartbeat),
        ("pc.progress", MessagesJson.Default.Progress),
        ("pc.append-log", MessagesJson.Default.AppendLog),
        ("pc.complete", MessagesJson.Default.Complete),
        ("pc.fail", MessagesJson.Default.Fail),
        ("pc.release", MessagesJson.Default.Release),
        ("pc.worker-lost", MessagesJson.Default.WorkerLost),
        ("pc.cancel", MessagesJson.Default.Cancel),
        ("pc.reject", MessagesJson.Default.Reject),
        ("pc.abort", MessagesJson.Default.Abort),
        ("pc.add-parent", MessagesJson.Default.AddParent),
        ("pc.retry", MessagesJson.Default.Retry),
        ("pc.set-priority", MessagesJson.Default.SetPriority),
        ("pc.set-attributes", MessagesJson.Default.SetAttributes),
        ("ps.wake", MessagesJson.Default.Wake),
        ("ps.look-at-parents", MessagesJson.Default.LookAtParents),
        ("ps.enqueued", MessagesJson.Default.Enqueued),
        ("ps.end-noted", MessagesJson.Default.EndNoted),
        ("ps.await", MessagesJson.Default.Await),
        ("ps.is-final", MessagesJson.Default.IsFinal),
        ("ps.assignment", MessagesJson.Default.Assignment),
        ("pr.done", MessagesJson.Default.ProcessReplyDone),
        ("pr.refused", MessagesJson.Default.ProcessReplyRefused),
        ("q.enqueue", MessagesJson.Default.Enqueue),
        ("q.dequeue", MessagesJson.Default.Dequeue),
        ("q.offer-answered", MessagesJson.Default.OfferAnswered),
        ("q.attempt-over", MessagesJson.Default.AttemptOver),
        ("q.interest", MessagesJson.Default.Interest),
        ("q.pick", MessagesJson.Default.Pick),
        ("q.reconfigure", MessagesJson.Default.Reconfigure),
        ("d.demand", MessagesJson.Default.Demand),
        ("d.report", MessagesJson.Default.Report),
        ("d.offering", MessagesJson.Default.Offering),
        ("xc.register", MessagesJson.Default.Register),
        ("xc.seen", MessagesJson.Default.Seen),
        ("xc.remove", MessagesJson.Default.Remove),
        ("xe.registered", MessagesJson.Default.Registered),
        ("xe.removed", MessagesJson.Default.Removed),
        ("xr.done", MessagesJson.Default.ExecutorReplyDone),
        ("xr.refused", MessagesJson.Default.ExecutorReplyRefused),
        ("wc.submit", MessagesJson.Default.WorkflowCommandSubmit),
        ("wc.add-node", MessagesJson.Default.AddNode),
        ("wc.cancel", MessagesJson.Default.WorkflowCommandCancel),
        ("we.submitted", MessagesJson.Default.WorkflowEventSubmitted),
        ("we.node-added", MessagesJson.Default.NodeAdded),
        ("we.made", MessagesJson.Default.Made),
        ("we.cancel-requested", MessagesJson.Default.CancelRequested),
        ("we.status-changed", MessagesJson.Default.StatusChanged),
        ("ws.look", MessagesJson.Default.Look),
        ("ws.await", MessagesJson.Default.WorkflowSignalAwait),
        ("ws.is-finished", MessagesJson.Default.IsFinished),
        ("wr.done", MessagesJson.Default.WorkflowReplyDone),
        ("wr.refused", MessagesJson.Default.WorkflowReplyRefused),
        ("sc.put", MessagesJson.Default.ScheduleCommandPut),
        ("sc.remove", MessagesJson.Default.ScheduleCommandRemove),
        ("sc.pause", MessagesJson.Default.ScheduleCommandPause),
        ("sc.resume", MessagesJson.Default.ScheduleCommandResume),
        ("sc.trigger", MessagesJson.Default.ScheduleCommandTrigger),
        ("se.defined", MessagesJson.Default.ScheduleEventDefined),
        ("se.kept", MessagesJson.Default.ScheduleEventKept),
        ("se.removed", MessagesJson.Default.ScheduleEventRemoved),
        ("se.paused", MessagesJson.Default.ScheduleEventPaused),
        ("se.resumed", MessagesJson.Default.ScheduleEventResumed),
        ("se.came", MessagesJson.Default.ScheduleEventCame),
        ("se.fired", MessagesJson.Default.ScheduleEventFired),
        ("se.rejected", MessagesJson.Default.ScheduleEventRejected),
        ("sr.done", MessagesJson.Default.ScheduleReplyDone),
        ("sr.refused", MessagesJson.Default.ScheduleReplyRefused),
        ("ss.wake", MessagesJson.Default.ScheduleSignalWake),
        ("gc.create", MessagesJson.Default.GeneratorCommandCreate),
        ("gc.remove", MessagesJson.Default.GeneratorCommandRemove),
        ("gc.pack", MessagesJson.Default.GeneratorCommandPack),
        ("ge.created", MessagesJson.Default.GeneratorEventCreated),
        ("ge.kept", MessagesJson.Default.GeneratorEventKept),
        ("ge.removed", MessagesJson.Default.GeneratorEventRemoved),
        ("ge.packed", MessagesJson.Default.GeneratorEventPacked),
        ("ge.ran", MessagesJson.Default.GeneratorEventRan),
        ("ge.fired", MessagesJson.Default.GeneratorEventFired),
        ("ge.rejected", MessagesJson.Default.GeneratorEventRejected),
        ("gr.done", MessagesJson.Default.GeneratorReplyDone),
        ("gr.refused", MessagesJson.Default.GeneratorReplyRefused),
        ("gs.wake", MessagesJson.Default.GeneratorSignalWake),
        ("nq.facts", MessagesJson.Default.NodeQuestionFacts),
        ("nq.actors", MessagesJson.Default.NodeQuestionActors),
        ("nq.logs", MessagesJson.Default.NodeQuestionLogs),
        ("nq.level", MessagesJson.Default.NodeQuestionLevel),
        ("nq.settings", MessagesJson.Default.NodeQuestionSettings),
        ("nq.find", MessagesJson.Default.NodeQuestionFind),
        ("nq.drain", MessagesJson.Default.NodeQuestionDrain),
        ("nq.undrain", MessagesJson.Default.NodeQuestionUndrain),
        ("na.facts", MessagesJson.Default.NodeAnswerFacts),
        ("na.actors", MessagesJson.Default.NodeAnswerActors),
        ("na.logs", MessagesJson.Default.NodeAnswerLogs),
        ("na.level", MessagesJson.Default.NodeAnswerLevel),
        ("na.settings", MessagesJson.Default.NodeAnswerSettings),
        ("na.find", MessagesJson.Default.NodeAnswerFind),
        ("na.duty", MessagesJson.Default.NodeAnswerDuty),
        ("na.refused", MessagesJson.Default.NodeAnswerRefused),
        ("dc.put", MessagesJson.Default.DeploymentCommandPut),
        ("dc.remove", MessagesJson.Default.DeploymentCommandRemove),
        ("dc.switch", MessagesJson.Default.DeploymentCommandSwitch),
        ("dc.roll-back", MessagesJson.Default.DeploymentCommandRollBack),
        ("de.defined", MessagesJson.Default.DeploymentEventDefined),
        ("de.switched", MessagesJson.Default.DeploymentEventSwitched),
        ("de.removed", MessagesJson.Default.DeploymentEventRemoved),
        ("dr.done", MessagesJson.Default.DeploymentReplyDone),
        ("dr.refused", MessagesJson.Default.DeploymentReplyRefused),
        ("ac.watch", MessagesJson.Default.AgentMessageWatch),
        ("ac.start", MessagesJson.Default.AgentMessageStart),
        ("ac.stop", MessagesJson.Default.AgentMessageStop),
        ("ac.forget", MessagesJson.Default.AgentMessageForget),
        ("ac.read-log", MessagesJson.Default.AgentMessageReadLog),
        ("ar.report", MessagesJson.Default.AgentMessageReport),
        ("ar.log-lines", MessagesJson.Default.AgentMessageLogLines),
        ("rc.look", MessagesJson.Default.ReconcilerMessageLook),
        ("rc.read-log", MessagesJson.Default.ReconcilerMessageReadLog),
        ("rr.no-log", MessagesJson.Default.ReconcilerMessageNoLog),
        ("l.take", MessagesJson.Default.Take),
        ("l.give-back", MessagesJson.Default.GiveBack),
        ("l.answer", MessagesJson.Default.Answer),
        ("cc.append", MessagesJson.Default.Append),
        ("cc.read", MessagesJson.Default.Read),
        ("cc.follow", MessagesJson.Default.Follow),
        ("cr.appended", MessagesJson.Default.Appended),
        ("cr.entries", MessagesJson.Default.Entries),
        ("cr.grown", MessagesJson.Default.Grown),
        ("cr.refused", MessagesJson.Default.ChannelReplyRefused),
    ];

    private static readonly FrozenDictionary<string, Type> ByManifest = Table.ToFrozenDictionary(e => e.Manifest, e => e.Type.Type);

    private static readonly FrozenDictionary<Type, string> ByType = Table.ToFrozenDictionary(e => e.Type.Type, e => e.Manifest);

    /// <summary>All manifests that this version reads.</summary>
    public static IEnumerable<string> All => Table.Select(e => e.Manifest);

    /// <summary>The manifest and the JSON form of a type; null when the type is none of ours.</summary>
    public static (string Manifest, JsonTypeInfo Type)? Find(Type type) => ByType.TryGetValue(type, out var manifest) ? (manifest, StoredJson.Of(type)) : null;

    /// <summary>The JSON form that belongs to a manifest; null when this version does not know it.</summary>
    public static JsonTypeInfo? Find(string manifest) => ByManifest.TryGetValue(manifest, out var type) ? StoredJson.Of(type) : null;
}
