using Muster.Gateway.Native.Wire;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Submits many: every item gets its own verdict, and parents go before their children. They wait in the order of the items.</summary>
internal sealed class BatchSubmission(NativeServices services, string by)
{
    private readonly Dictionary<ProcessId, int> _byId = [];
    private readonly DateTimeOffset _at = services.Clock.GetUtcNow();

    /// <summary>Submits the items.</summary>
    /// <param name="items">Each a checked submission, or why it is refused.</param>
    /// <param name="cancel">Ends the waiting, not what was sent.</param>
    public async Task<BatchWire> SubmitAsync(IReadOnlyList<object> items, CancellationToken cancel)
    {
        var verdicts = new BatchItemWire?[items.Count];
        for (var i = 0; i < items.Count; i++)
        {
            verdicts[i] = items[i] switch
            {
                BadRequestException e => Refused(null, e.Status, e.Message, e.Field),
                Submission s when !_byId.TryAdd(s.Process, i) => Refused(s.Process.Id, 409, "The id stands twice in this batch.", "id"),
                _ => null,
            };
        }

        RefuseCycles(items, verdicts);
        await RefuseMissingParentsAsync(items, verdicts, cancel).ConfigureAwait(false);
        while (true)
        {
            var ready = Enumerable.Range(0, items.Count).Where(i => verdicts[i] is null && ParentsDone((Submission)items[i], verdicts)).ToList();
            if (ready.Count == 0)
            {
                break;
            }

            var sent = ready.Select(i => (i, SubmitOneAsync((Submission)items[i], _at.AddTicks(i), verdicts, cancel))).ToList();
            foreach (var (i, verdict) in sent)
            {
                verdicts[i] = await verdict.ConfigureAwait(false);
            }
        }

        return new BatchWire(verdicts!);
    }

    private static BatchItemWire Refused(string? id, int status, string message, string? field = null) =>
        new() { Status = status, Id = id, Problem = Problems.Details(status, message, field) };

    private async Task<BatchItemWire> SubmitOneAsync(Submission submission, DateTimeOffset at, BatchItemWire?[] verdicts, CancellationToken cancel)
    {
        var failed = InBatch(submission).FirstOrDefault(p => verdicts[p]!.Status >= 300, -1);
        if (failed >= 0)
        {
            return Refused(submission.Process.Id, verdicts[failed]!.Status is 503 or 507 ? verdicts[failed]!.Status : 400, $"Its parent {verdicts[failed]!.Id} in this batch was refused.", "after");
        }

        return await services.Gate.SendAsync(submission.Command(by, at), cancel).ConfigureAwait(false) switch
        {
            ProcessReply.Done done => new BatchItemWire { Status = done.Repeated ? 200 : 201, Id = submission.Process.Id },
            ProcessReply.Refused refused => Refused(submission.Process.Id, Problems.Status(refused.Problem), refused.Message),
            _ => Refused(submission.Process.Id, 500, "The process gave an answer that is not known."),
        };
    }

    private bool ParentsDone(Submission submission, BatchItemWire?[] verdicts) => InBatch(submission).All(p => verdicts[p] is not null);

    private IEnumerable<int> InBatch(Submission submission) =>
        submission.Spec.After.Select(parent => _byId.GetValueOrDefault(new ProcessId(submission.Process.Namespace, parent), -1)).Where(i => i >= 0);

    // What no order of the items can satisfy stands on a cycle or behind one.
    private void RefuseCycles(IReadOnlyList<object> items, BatchItemWire?[] verdicts)
    {
        var left = Enumerable.Range(0, items.Count).Where(i => verdicts[i] is null).ToHashSet();
        while (left.RemoveWhere(i => !InBatch((Submission)items[i]).Any(left.Contains)) > 0)
        {
        }

        foreach (var i in left)
        {
            verdicts[i] = Refused(((Submission)items[i]).Process.Id, 400, "Its parents form a cycle with it, or stand behind one.", "after");
        }
    }

    private async Task RefuseMissingParentsAsync(IReadOnlyList<object> items, BatchItemWire?[] verdicts, CancellationToken cancel)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (verdicts[i] is not null || items[i] is not Submission { Spec.After.IsEmpty: false } submission)
            {
                continue;
            }

            var outside = submission.Spec.After.Where(p => !_byId.ContainsKey(new ProcessId(submission.Process.Namespace, p))).Distinct(StringComparer.Ordinal).ToList();
            if (await MissingParentAsync(services.Store.Read, submission.Process.Namespace, outside, cancel).ConfigureAwait(false) is { } missing)
            {
                verdicts[i] = Refused(submission.Process.Id, 400, MissingParent(missing, submission.Process.Namespace), "after");
            }
        }
    }

    public static async Task<string?> MissingParentAsync(IReadModel read, string nameSpace, IReadOnlyCollection<string> parents, CancellationToken cancel)
    {
        if (parents.Count == 0)
        {
            return null;
        }

        var found = (await read.StatusesAsync(nameSpace, parents, cancel).ConfigureAwait(false)).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        return parents.FirstOrDefault(p => !found.Contains(p));
    }

    public static string MissingParent(string parent, string nameSpace) =>
        $"Its parent {parent} does not exist in namespace {nameSpace}. Parents are submitted before, or in the same batch; they cannot be in another namespace.";
}
