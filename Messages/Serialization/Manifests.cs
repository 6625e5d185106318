using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;
using Muster.Messages.Executors;
using Muster.Messages.Leases;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Workflows;

namespace Muster.Messages.Serialization;

/// <summary>The short names under which messages stand in the journal and on the wire. A name, once shipped, keeps its meaning for ever.</summary>
/// <remarks>Prefixes: <c>p</c> process, <c>q</c> queue, <c>d</c> dispatcher, <c>x</c> executor, <c>w</c> workflow, <c>l</c> lease; <c>e</c> event, <c>c</c> command, <c>s</c> signal, <c>r</c> reply.</remarks>
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
        ("l.take", MessagesJson.Default.Take),
        ("l.give-back", MessagesJson.Default.GiveBack),
        ("l.answer", MessagesJson.Default.Answer),
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
