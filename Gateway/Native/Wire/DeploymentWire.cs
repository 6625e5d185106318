using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages.Deployments;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native.Wire;

/// <summary>A deployment as it is put. Durations are seconds or text like "250ms", "10m".</summary>
public sealed record DeploymentPutWire
{
    /// <summary>The name; may be absent when the address has it.</summary>
    public string? Name { get; init; }

    /// <summary>The tenant; default "default".</summary>
    public string? Namespace { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>exec, python, dotnet or container.</summary>
    public string? Runtime { get; init; }

    /// <summary>pipe: processes come from the node; self: the instance connects by itself. Default: pipe for python, self for the others.</summary>
    public string? Protocol { get; init; }

    /// <summary>The source of one module.</summary>
    public string? Code { get; init; }

    /// <summary>A zip with the code, as base64, instead of code.</summary>
    public string? Archive { get; init; }

    /// <summary>The function that processes are given to, [MODULE:]FUNCTION; default "process".</summary>
    public string? Entry { get; init; }

    /// <summary>The command and its arguments.</summary>
    public ImmutableArray<string>? Command { get; init; }

    /// <summary>The image of a container.</summary>
    public string? Image { get; init; }

    /// <summary>The address of a function endpoint.</summary>
    public string? Url { get; init; }

    /// <summary>Environment variables.</summary>
    public ImmutableSortedDictionary<string, string>? Env { get; init; }

    /// <summary>Environment variables whose values are secrets: the variable, then the name of the secret.</summary>
    public ImmutableSortedDictionary<string, string>? Secrets { get; init; }

    /// <summary>The queues that it serves; pipe needs at least one.</summary>
    public ImmutableArray<string>? Queues { get; init; }

    /// <summary>The executor types that it belongs to.</summary>
    public ImmutableArray<string>? Types { get; init; }

    /// <summary>How many instances, or "one-per-node"; default 1.</summary>
    public JsonElement? Replicas { get; init; }

    /// <summary>How many processes each instance runs at once; default 1.</summary>
    public int? Slots { get; init; }

    /// <summary>What each instance may use.</summary>
    public InstanceResources? Resources { get; init; }

    /// <summary>Labels that its node must have.</summary>
    public ImmutableSortedDictionary<string, string>? Placement { get; init; }

    /// <summary>How it changes from one revision to another.</summary>
    public UpdatePolicyWire? Update { get; init; }

    /// <summary>What happens to an instance that ended by itself.</summary>
    public RestartPolicyWire? Restart { get; init; }

    /// <summary>How its health is looked at.</summary>
    public HealthCheckWire? Health { get; init; }

    /// <summary>How the number of instances follows the backlog.</summary>
    public ScalePolicyWire? Scale { get; init; }

    /// <summary>How long what an instance runs may go on when it is to end; default 30 s.</summary>
    public TimeSpan? Drain { get; init; }

    /// <summary>Who makes it real: nodes, docker or kubernetes; default nodes.</summary>
    public string? Controller { get; init; }

    /// <summary>Labels, for people and tools.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>Whether it is to run; absent leaves it as it is, and a new one runs.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whether it gets a new revision even when nothing of it is changed.</summary>
    public bool? Force { get; init; }
}

/// <summary>A deployment.</summary>
public sealed record DeploymentWire
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant.</summary>
    public required string Namespace { get; init; }

    /// <summary>The revision that is to run.</summary>
    public long Revision { get; init; }

    /// <summary>The highest revision that it had.</summary>
    public long LatestRevision { get; init; }

    /// <summary>Rises with every change.</summary>
    public long Version { get; init; }

    /// <summary>Whether it is to run.</summary>
    public bool Enabled { get; init; }

    /// <summary>How many instances, or "one-per-node".</summary>
    public JsonElement Replicas { get; init; }

    /// <summary>How many instances there are, of any revision.</summary>
    public int Instances { get; init; }

    /// <summary>How many of them are healthy and run the revision that is to run.</summary>
    public int Ready { get; init; }

    /// <summary>What runs; in a list without code and archive.</summary>
    public required InstanceTemplate Template { get; init; }

    /// <summary>How it changes from one revision to another.</summary>
    public required UpdatePolicy Update { get; init; }

    /// <summary>What happens to an instance that ended by itself.</summary>
    public required RestartPolicy Restart { get; init; }

    /// <summary>How the number of instances follows the backlog.</summary>
    public ScalePolicy? Scale { get; init; }

    /// <summary>Who makes it real.</summary>
    public required string Controller { get; init; }

    /// <summary>Labels.</summary>
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who changed it last.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>The wire form of a row.</summary>
    public static DeploymentWire Of(DeploymentRow row, IEnumerable<SeenInstance> instances, bool whole)
    {
        ArgumentNullException.ThrowIfNull(row);
        var alive = instances.Where(i => i.State is not (SeenState.Crashed or SeenState.Stopped)).ToList();
        return new DeploymentWire
        {
            Name = row.Id.Id,
            Namespace = row.Id.Namespace,
            Revision = row.Revision,
            LatestRevision = row.Latest,
            Version = row.Version,
            Enabled = row.Enabled,
            Replicas = row.Spec.OnePerNode ? JsonSerializer.SerializeToElement(DeploymentSubmission.OnePerNode, NativeJson.Default.String) : JsonSerializer.SerializeToElement(row.Spec.Replicas, NativeJson.Default.Int32),
            Instances = alive.Count,
            Ready = alive.Count(i => i.State == SeenState.Healthy && i.Revision == row.Revision),
            Template = whole ? row.Template : row.Template with { Code = null, Archive = null },
            Update = row.Spec.Update,
            Restart = row.Spec.Restart,
            Scale = row.Spec.Scale,
            Controller = row.Spec.Controller,
            Labels = row.Spec.Labels.IsEmpty ? null : row.Spec.Labels,
            Description = row.Spec.Description,
            CreatedAt = row.CreatedAt,
            UpdatedAt = row.UpdatedAt,
            UpdatedBy = row.UpdatedBy,
        };
    }
}

/// <summary>Deployments.</summary>
/// <param name="Items">The deployments, by name.</param>
/// <param name="Cursor">Where the next page begins; null on the last.</param>
public sealed record DeploymentPageWire(ImmutableArray<DeploymentWire> Items, string? Cursor);

/// <summary>A revision.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Template">What runs in it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
public sealed record RevisionWire(long Revision, InstanceTemplate Template, DateTimeOffset CreatedAt, string? CreatedBy);

/// <summary>Revisions.</summary>
/// <param name="Items">The revisions, the newest first.</param>
/// <param name="Cursor">Where the next page begins; null on the last.</param>
public sealed record RevisionPageWire(ImmutableArray<RevisionWire> Items, string? Cursor);

/// <summary>Which revision to return to.</summary>
/// <param name="Revision">The revision; absent for the one before the present.</param>
public sealed record RollBackWire(long? Revision)
{
    /// <summary>The one before the present.</summary>
    public RollBackWire()
        : this((long?)null)
    {
    }
}

/// <summary>An instance.</summary>
/// <param name="Id">Its id; also the id of the executor that its processes show.</param>
/// <param name="Revision">What it runs.</param>
/// <param name="Node">Where.</param>
/// <param name="State">What it is doing: starting, healthy, unhealthy, stopping, crashed, stopped or unknown.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="Restarts">How often it was started again after it had ended by itself.</param>
/// <param name="ExitCode">The exit code of one that ended by itself.</param>
/// <param name="Pid">The number of its process on its node.</param>
/// <param name="LastLines">The last lines that it wrote, when it has ended or is unhealthy.</param>
public sealed record InstanceWire(
    string Id, long Revision, string Node, string State, string? Reason, DateTimeOffset Since, DateTimeOffset StartedAt, int Restarts, int? ExitCode, int? Pid, ImmutableArray<string>? LastLines)
{
    /// <summary>The wire form of an instance.</summary>
    public static InstanceWire Of(SeenInstance i)
    {
        ArgumentNullException.ThrowIfNull(i);
        return new InstanceWire(
            i.Id, i.Revision, i.Node, i.State.ToString().ToLowerInvariant(), i.Reason, i.Since, i.StartedAt, i.Restarts, i.ExitCode, i.Pid, i.LastLines.IsDefaultOrEmpty ? null : i.LastLines);
    }
}

/// <summary>Instances.</summary>
/// <param name="Items">The instances, as the reconciler saw them last.</param>
public sealed record InstanceListWire(ImmutableArray<InstanceWire> Items);

/// <summary>The output of an instance.</summary>
/// <param name="Lines">The last lines, the oldest first.</param>
public sealed record InstanceLogWire(ImmutableArray<string> Lines);

/// <summary>A decision of the reconciler.</summary>
/// <param name="Seq">Rises with every decision.</param>
/// <param name="At">When.</param>
/// <param name="Kind">start, restart, stop, forget, wait, hold, scale, no-node or error.</param>
/// <param name="Instance">The instance that it is about; absent for the whole.</param>
/// <param name="Node">Where.</param>
/// <param name="Revision">The revision that it is about.</param>
/// <param name="Reason">Why.</param>
public sealed record DecisionWire(long Seq, DateTimeOffset At, string Kind, string? Instance, string? Node, long Revision, string Reason);

/// <summary>Decisions.</summary>
/// <param name="Items">The decisions, the newest first.</param>
/// <param name="Cursor">Where the next page begins; null on the last.</param>
public sealed record DecisionPageWire(ImmutableArray<DecisionWire> Items, string? Cursor);

/// <summary>A file with deployments.</summary>
/// <param name="Deployments">The deployments.</param>
/// <param name="Prune">Whether deployments of the same namespaces that are not in the file are removed; default no.</param>
public sealed record DeploymentFileWire(ImmutableArray<DeploymentPutWire>? Deployments, bool? Prune);

/// <summary>What becomes of a deployment of a file.</summary>
/// <param name="Name">The deployment.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Action">create, update, unchanged or delete.</param>
/// <param name="Revision">The revision that it has now, or after it was applied; 0 for none.</param>
/// <param name="NewRevision">Whether it gets a new revision, so that its instances are replaced.</param>
/// <param name="Fields">The fields that change.</param>
/// <param name="Problem">Why it could not be applied.</param>
public sealed record PlanItemWire(string Name, string Namespace, string Action, long Revision, bool NewRevision, ImmutableArray<string> Fields, string? Problem = null);

/// <summary>What becomes of the deployments of a file.</summary>
/// <param name="Applied">Whether it was done; false for a plan.</param>
/// <param name="Items">What becomes of each.</param>
public sealed record PlanWire(bool Applied, ImmutableArray<PlanItemWire> Items);

/// <summary>A fault of what was sent.</summary>
/// <param name="Field">The field that is to blame.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record FaultWire(string Field, string Message);
