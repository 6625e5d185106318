using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Muster.Gateway.Native.Wire;
using Muster.Messages;
using Muster.Messages.Deployments;

namespace Muster.Gateway.Native;

/// <summary>Checks a deployment as it is put, and names everything that is wrong with it.</summary>
internal sealed class DeploymentSubmission
{
    public const string OnePerNode = "one-per-node";

    private const int Replicas = 10_000;
    private const int Slots = 256;
    private const long LeastMemory = 16L << 20;
    private static readonly ImmutableArray<string> Controllers = ["nodes", "docker", "kubernetes"];

    private readonly DeploymentPutWire _wire;
    private readonly ImmutableArray<FaultWire>.Builder _faults = ImmutableArray.CreateBuilder<FaultWire>();

    private DeploymentSubmission(DeploymentPutWire wire) => _wire = wire;

    /// <summary>How many, where, and how they change.</summary>
    public DeploymentSpec Spec { get; private set; } = new();

    /// <summary>What runs.</summary>
    public InstanceTemplate Template { get; private set; } = new() { Runtime = "", Protocol = "" };

    /// <summary>Everything that is wrong.</summary>
    public ImmutableArray<FaultWire> Faults => _faults.ToImmutable();

    public static DeploymentSubmission Of(DeploymentPutWire wire)
    {
        var submission = new DeploymentSubmission(wire);
        submission.Read();
        return submission;
    }

    private void Read()
    {
        ReadTemplate();
        ReadSpec();
        Runtime();
        Health(Template.Health);
        Resources(Template.Resources);
        var bytes = Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(Template, NativeJson.Default.InstanceTemplate));
        Check(bytes <= Checks.SpecBytes, _wire.Archive is null ? "code" : "archive", $"What runs is {bytes} bytes as JSON; at most {Checks.SpecBytes} are taken. Put large parts where the instance can fetch them.");
    }

    private void ReadTemplate()
    {
        Template = Template with
        {
            Runtime = _wire.Runtime ?? "",
            Protocol = _wire.Protocol ?? (_wire.Runtime == "python" ? InstanceTemplate.Pipe : InstanceTemplate.Self),
            Code = Try("code", () => Checks.Short(_wire.Code, Checks.SpecBytes, "code")),
            Archive = _wire.Archive,
            Entry = Try("entry", () => Checks.Short(_wire.Entry, Checks.Names, "entry")),
            Command = _wire.Command ?? [],
            Image = Try("image", () => Checks.Short(_wire.Image, Checks.Names, "image")),
            Url = Try("url", () => Checks.Short(_wire.Url, Checks.Text, "url")),
            Env = Variables(_wire.Env, "env"),
            Secrets = Variables(_wire.Secrets, "secrets"),
            Queues = List(_wire.Queues, "queues"),
            Types = List(_wire.Types, "types"),
            Slots = _wire.Slots ?? 1,
            Resources = _wire.Resources ?? new(),
            Placement = Try("placement", () => Checks.Map(_wire.Placement, "placement")) ?? ImmutableSortedDictionary<string, string>.Empty,
            Health = _wire.Health?.Check ?? new(),
            Drain = _wire.Drain ?? Template.Drain,
        };
        Check(Template.Slots is >= 1 and <= Slots, "slots", $"'slots' is between 1 and {Slots}.");
        Check(Template.Drain >= TimeSpan.Zero && Template.Drain <= TimeSpan.FromDays(1), "drain", "'drain' is between 0 and 1 day.");
        foreach (var (variable, secret) in Template.Secrets)
        {
            Check(Ids.IsValid(secret), $"secrets.{variable}", $"'{secret}' is not the name of a secret: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -");
            Check(!Template.Env.ContainsKey(variable), $"secrets.{variable}", $"The variable {variable} stands in 'env' and in 'secrets'; keep one.");
        }
    }

    private void ReadSpec()
    {
        var (replicas, each) = ReadReplicas();
        Spec = new DeploymentSpec
        {
            Controller = _wire.Controller ?? DeploymentSpec.NodesController,
            Replicas = replicas,
            OnePerNode = each,
            Scale = _wire.Scale?.Policy,
            Update = _wire.Update?.Policy ?? new(),
            Restart = _wire.Restart?.Policy ?? new(),
            Labels = Try("labels", () => Checks.Map(_wire.Labels, "labels")) ?? ImmutableSortedDictionary<string, string>.Empty,
            Description = Try("description", () => Checks.Short(_wire.Description, Checks.Text, "description")),
        };
        Check(Controllers.Contains(Spec.Controller), "controller", $"'controller' is one of {string.Join(", ", Controllers)}.");
        var update = Spec.Update;
        Check(update.MaxUnavailable is >= 0 and <= Replicas, "update.maxUnavailable", $"'update.maxUnavailable' is between 0 and {Replicas}.");
        Check(update.MaxSurge is >= 0 and <= Replicas, "update.maxSurge", $"'update.maxSurge' is between 0 and {Replicas}.");
        Check(update.Kind != UpdateKind.Rolling || update.MaxUnavailable + update.MaxSurge > 0, "update", "With 'maxUnavailable' and 'maxSurge' both 0 nothing could ever be replaced; raise one.");
        var restart = Spec.Restart;
        Check(restart.First >= TimeSpan.FromMilliseconds(100), "restart.first", "'restart.first' is at least 100ms.");
        Check(restart.Max >= restart.First, "restart.max", "'restart.max' is not shorter than 'restart.first'.");
        Check(restart.ResetAfter > TimeSpan.Zero, "restart.resetAfter", "'restart.resetAfter' is longer than 0.");
        if (Spec.Scale is { } scale)
        {
            Check(!each, "scale", "'scale' does not go with \"one-per-node\".");
            Check(scale.Min is >= 0 and <= Replicas, "scale.min", $"'scale.min' is between 0 and {Replicas}.");
            Check(scale.Max >= Math.Max(1, scale.Min) && scale.Max <= Replicas, "scale.max", $"'scale.max' is at least 1, not below 'scale.min', and at most {Replicas}.");
            Check(scale.Backlog >= 1, "scale.backlog", "'scale.backlog' is at least 1.");
            Check(scale.Cooldown >= TimeSpan.Zero, "scale.cooldown", "'scale.cooldown' is not below 0.");
            Check(Template.Queues.Length > 0, "scale", "'scale' follows the backlog of 'queues': name at least one.");
        }
    }

    private (int Count, bool Each) ReadReplicas()
    {
        switch (_wire.Replicas)
        {
            case null:
                return (_wire.Scale?.Policy is { } scale ? Math.Clamp(1, scale.Min, Math.Max(scale.Min, scale.Max)) : 1, false);
            case { ValueKind: JsonValueKind.Number } n when n.TryGetInt32(out var count) && count is >= 0 and <= Replicas:
                return (count, false);
            case { ValueKind: JsonValueKind.String } s when s.GetString() == OnePerNode:
                return (1, true);
            default:
                Fault("replicas", $"'replicas' is a number from 0 to {Replicas}, or \"{OnePerNode}\".");
                return (1, false);
        }
    }

    private void Runtime()
    {
        var t = Template;
        Check(t.Runtime.Length > 0, "runtime", $"'runtime' is missing: {string.Join(", ", InstanceTemplate.Runtimes)}.");
        Check(t.Runtime.Length == 0 || InstanceTemplate.Runtimes.Contains(t.Runtime), "runtime", $"There is no runtime '{t.Runtime}'; there are {string.Join(", ", InstanceTemplate.Runtimes)}.");
        Check(t.Protocol is InstanceTemplate.Pipe or InstanceTemplate.Self, "protocol", "'protocol' is pipe (processes come from the node) or self (the instance connects by itself).");
        Check(t.Protocol != InstanceTemplate.Pipe || t.Queues.Length > 0, "queues", "With the protocol pipe the node takes the processes of 'queues': name at least one.");
        Check(t.Code is null || t.Archive is null, "archive", "Give 'code' or 'archive', not both.");
        if (t.Archive is { } archive)
        {
            Check(IsBase64(archive), "archive", "'archive' is a zip as base64.");
        }

        foreach (var argument in t.Command)
        {
            Check(argument is not null && !Checks.HasNul(argument), "command", "An argument of 'command' is null or has a NUL.");
        }

        switch (t.Runtime)
        {
            case "exec" or "dotnet":
                Check(t.Command.Length > 0 && !string.IsNullOrWhiteSpace(t.Command[0]), "command", $"The runtime {t.Runtime} needs 'command'.");
                Check(t.Code is null && t.Archive is null, t.Code is null ? "archive" : "code", $"The runtime {t.Runtime} runs 'command' and takes no code.");
                break;
            case "python":
                Check(t.Code is not null || t.Archive is not null, "code", "The runtime python needs 'code' or 'archive'.");
                Check(t.Command.Length == 0, "command", "The runtime python takes 'code' or 'archive', no 'command'. A program in Python that connects by itself is a command: runtime exec.");
                Check(t.Protocol == InstanceTemplate.Pipe, "protocol", "The runtime python takes its processes from the node: protocol pipe.");
                break;
            case "container":
                Check(!string.IsNullOrWhiteSpace(t.Image), "image", "The runtime container needs 'image'.");
                Check(Spec.Controller != DeploymentSpec.NodesController, "controller", "Nodes run no containers: say 'controller': \"docker\".");
                break;
            case "http":
                Fault("runtime", "No controller runs 'http' yet. An endpoint can be called by a worker of the runtime exec or python.");
                break;
        }
    }

    private void Health(HealthCheck health)
    {
        var looks = new[] { health.Http is not null, health.Tcp is not null, health.Command.Length > 0 }.Count(given => given);
        Check(looks <= 1, "health", "At most one of 'health.http', 'health.tcp' and 'health.command' is given.");
        Check(health.Http is null || (Uri.TryCreate(health.Http, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"), "health.http", "'health.http' is an http or https address.");
        Check(health.Tcp is null || IsPort(health.Tcp), "health.tcp", "'health.tcp' is HOST:PORT.");
        foreach (var (time, field) in new[] { (health.Every, "every"), (health.Within, "within"), (health.StartWithin, "startWithin"), (health.RestartAfter, "restartAfter") })
        {
            Check(time > TimeSpan.Zero, $"health.{field}", $"'health.{field}' is longer than 0.");
        }

        Check(health.After >= TimeSpan.Zero, "health.after", "'health.after' is not below 0.");
        Check(health.Failures >= 1, "health.failures", "'health.failures' is at least 1.");
    }

    private void Resources(InstanceResources resources)
    {
        Check(resources.Memory is null or >= LeastMemory, "resources.memory", $"'resources.memory' is at least {LeastMemory} bytes.");
        Check(resources.Cpu is null or (>= 0.05 and <= 1024), "resources.cpu", "'resources.cpu' is between 0.05 and 1024 processors.");
        Check(resources.OpenFiles is null or >= 16, "resources.openFiles", "'resources.openFiles' is at least 16.");
    }

    private ImmutableSortedDictionary<string, string> Variables(ImmutableSortedDictionary<string, string>? values, string field)
    {
        var map = (values ?? ImmutableSortedDictionary<string, string>.Empty).WithComparers(StringComparer.Ordinal);
        foreach (var (name, value) in map)
        {
            Check(name.Length is > 0 and <= Checks.Names && !name.AsSpan().ContainsAny('=', '\0'), $"{field}.{name}", $"'{name}' is not the name of a variable: not empty, without '=' and NUL.");
            Check(value is not null && !Checks.HasNul(value), $"{field}.{name}", $"The value of '{field}.{name}' is null or has a NUL.");
        }

        return map;
    }

    private ImmutableArray<string> List(ImmutableArray<string>? values, string field)
    {
        Try(field, () => Checks.IdList(values, 64, field));
        return values ?? [];
    }

    private T? Try<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (BadRequestException e)
        {
            Fault(e.Field ?? field, e.Message);
            return default;
        }
    }

    private void Check(bool isSo, string field, string message)
    {
        if (!isSo)
        {
            Fault(field, message);
        }
    }

    private void Fault(string field, string message) => _faults.Add(new FaultWire(field, message));

    private static bool IsBase64(string text) => Convert.TryFromBase64String(text, new byte[(text.Length / 4 * 3) + 3], out var written) && written > 0;

    private static bool IsPort(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) && port > 0;
    }
}
