using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Engine.Channels;
using Muster.Gateway.Native.Wire;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;

namespace Muster.Gateway.Native;

/// <summary>A checked submission.</summary>
/// <param name="Process">The identity.</param>
/// <param name="Spec">What to run.</param>
/// <param name="Fingerprint">A hash over the spec; tells a repeated submit from another one under the same id.</param>
internal sealed record Submission(ProcessId Process, ProcessSpec Spec, string Fingerprint)
{
    private static readonly TimeSpan ShortestLease = TimeSpan.FromMilliseconds(100);

    /// <summary>Checks every field but the namespace.</summary>
    /// <exception cref="BadRequestException">A field is wrong.</exception>
    public static Submission Of(SubmitWire wire, string nameSpace, string? traceParent, TimeProvider clock)
    {
        var spec = SpecOf(wire, traceParent) with { Name = Checks.Short(wire.Name, Checks.Names, "name"), After = Checks.IdList(wire.After, Checks.Parents, "after") };
        var json = JsonSerializer.SerializeToUtf8Bytes(spec with { TraceParent = null }, MessagesJson.Default.ProcessSpec);
        CheckSize(json.Length);
        return new Submission(new ProcessId(nameSpace, IdOf(wire.Id, wire.Key, nameSpace, clock)), spec, Hash(json));
    }

    /// <summary>Checks the size of a spec.</summary>
    /// <exception cref="BadRequestException">It is too large.</exception>
    public static void CheckSize(int bytes)
    {
        if (bytes > Checks.SpecBytes)
        {
            throw new BadRequestException(413, $"The spec is {bytes} bytes; at most {Checks.SpecBytes} are taken. Put large input into a file of the process.");
        }
    }

    /// <summary>A hash over what was submitted.</summary>
    public static string Hash(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, 16));

    /// <summary>The command that submits it.</summary>
    /// <param name="by">Who submits.</param>
    /// <param name="at">When it was taken, for one of many; null for one alone.</param>
    public ProcessCommand.Submit Command(string by, DateTimeOffset? at = null) => new()
    {
        Process = Process,
        CommandId = $"submit-{Guid.NewGuid():N}",
        By = by,
        Spec = Spec,
        Fingerprint = Fingerprint,
        At = at,
    };

    /// <summary>The id that was given, that derives from the key, or a new one.</summary>
    /// <exception cref="BadRequestException">One of them is wrong, or both are given.</exception>
    public static string IdOf(string? id, string? key, string nameSpace, TimeProvider clock)
    {
        if (id is not null && key is not null)
        {
            throw new BadRequestException(400, "Give 'id' or 'key', not both: with a key the id is derived from it.", "key");
        }

        if (key is null)
        {
            return id is null ? Ids.New(clock) : Checks.Id(id, "id");
        }

        if (key.Length is 0 or > 1024)
        {
            throw new BadRequestException(400, "'key' is 1 to 1024 characters.", "key");
        }

        // Derived, so that the entity itself decides whether the key is new.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{nameSpace}\0{key}"));
        return $"key-{Convert.ToHexStringLower(hash.AsSpan(0, 16))}";
    }

    /// <summary>What to run, without a name and without parents.</summary>
    /// <exception cref="BadRequestException">A field is wrong.</exception>
    public static ProcessSpec SpecOf(SpecWire wire, string? traceParent)
    {
        var func = Checks.Short(wire.Func, 1024, "func") ?? "";
        if (func.Length == 0)
        {
            throw new BadRequestException(400, "'func' is missing: name the function or command to run.", "func");
        }

        return new ProcessSpec
        {
            Queue = wire.Queue is null ? Ids.DefaultQueue : Checks.Id(wire.Queue, "queue"),
            Runtime = wire.Runtime is null ? null : Checks.Id(wire.Runtime, "runtime"),
            Func = func,
            Args = wire.Args ?? [],
            Kwargs = wire.Kwargs ?? ImmutableSortedDictionary<string, JsonElement>.Empty,
            Input = wire.Input is { ValueKind: JsonValueKind.Null } ? null : wire.Input,
            Env = Env(wire.Env),
            Conditions = ConditionsOf(wire.Conditions),
            Limits = LimitsOf(wire),
            Priority = Checks.InRange(wire.Priority ?? 0, -1_000_000, 1_000_000, "priority"),
            Labels = Checks.Map(wire.Labels, "labels"),
            Concurrency = ConcurrencyOf(wire.Concurrency),
            FinalExitCodes = ExitCodes(wire.FinalExitCodes),
            Channels = Checks.IdList(wire.Channels, ChannelLimits.Channels, "channels"),
            Webhook = WebhookOf(wire.Webhook),
            TraceParent = traceParent,
        };
    }

    private static Limits LimitsOf(SpecWire wire)
    {
        var lease = wire.Lease ?? Limits.DefaultLease;
        if (lease < TimeSpan.Zero || (lease > TimeSpan.Zero && lease < ShortestLease))
        {
            throw new BadRequestException(400, "'lease' is at least 100 ms, or 0 for workers without heartbeats.", "lease");
        }

        return new Limits
        {
            MaxWait = Checks.Positive(wire.MaxWait, "maxWait"),
            WaitFrom = wire.WaitFrom ?? WaitFrom.Waiting,
            MaxExec = Checks.Positive(wire.MaxExec, "maxExec"),
            Lease = lease,
            MaxRetries = Checks.InRange(wire.MaxRetries ?? Limits.DefaultMaxRetries, -1, 1_000_000, "maxRetries"),
            Retry = RetryOf(wire.Retry),
            NotBefore = Checks.Time(wire.NotBefore, "notBefore"),
            Deadline = Checks.Time(wire.Deadline, "deadline"),
        };
    }

    private static RetryPolicy RetryOf(RetryWire? wire)
    {
        var standard = new RetryPolicy();
        if (wire is null)
        {
            return standard;
        }

        var delay = wire.Delay ?? standard.Delay;
        var cap = wire.Cap ?? (standard.Cap > delay ? standard.Cap : delay);
        if (delay < TimeSpan.Zero)
        {
            throw new BadRequestException(400, "'retry.delay' is not negative; 0 retries at once.", "retry.delay");
        }

        if (cap < delay)
        {
            throw new BadRequestException(400, "'retry.cap' is not shorter than 'retry.delay'.", "retry.cap");
        }

        return new RetryPolicy
        {
            Kind = wire.Kind ?? standard.Kind,
            Delay = delay,
            Cap = cap,
            Jitter = Checks.InRange(wire.Jitter ?? 0, 0d, 1d, "retry.jitter"),
        };
    }

    private static Conditions ConditionsOf(ConditionsWire? wire) => wire is null
        ? new Conditions()
        : new Conditions
        {
            Types = Checks.IdList(wire.Types, 100, "conditions.types").Sort(StringComparer.Ordinal),
            Executors = Checks.IdList(wire.Executors, 100, "conditions.executors").Sort(StringComparer.Ordinal),
            Labels = Checks.Map(wire.Labels, "conditions.labels"),
            Location = Checks.Short(wire.Location, Checks.Names, "conditions.location"),
            Resources = Resources(wire.Resources, "conditions.resources"),
        };

    public static ImmutableSortedDictionary<string, double> Resources(ImmutableSortedDictionary<string, double>? wire, string field)
    {
        var map = wire ?? ImmutableSortedDictionary<string, double>.Empty;
        if (map.Count > Checks.Labels)
        {
            throw new BadRequestException(400, $"'{field}' has at most {Checks.Labels} entries.", field);
        }

        foreach (var (key, amount) in map)
        {
            Checks.Id(key, field);
            Checks.InRange(amount, 0, 1e18, $"{field}.{key}");
        }

        return map;
    }

    private static ConcurrencyRule? ConcurrencyOf(ConcurrencyWire? wire)
    {
        if (wire is null)
        {
            return null;
        }

        if (string.IsNullOrEmpty(wire.Key) || wire.Key.Length > Checks.Names || Checks.HasNul(wire.Key))
        {
            throw new BadRequestException(400, $"'concurrency.key' is 1 to {Checks.Names} characters, without NUL.", "concurrency.key");
        }

        return new ConcurrencyRule
        {
            Key = wire.Key,
            Max = Checks.InRange(wire.Max ?? 1, 1, 10_000, "concurrency.max"),
            OnConflict = wire.OnConflict ?? ConflictPolicy.Queue,
        };
    }

    private static ImmutableSortedDictionary<string, string> Env(ImmutableSortedDictionary<string, string>? wire)
    {
        var env = wire ?? ImmutableSortedDictionary<string, string>.Empty;
        foreach (var (name, value) in env)
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal)
                || value is null || value.Contains('\0', StringComparison.Ordinal))
            {
                throw new BadRequestException(400, "A name of 'env' is not empty and holds no '='; a value is text; neither holds NUL.", $"env.{name}");
            }
        }

        return env;
    }

    private static ImmutableArray<int> ExitCodes(ImmutableArray<int>? wire)
    {
        var codes = wire ?? [];
        if (codes.Length > 256 || codes.Any(c => c is < 0 or > 255))
        {
            throw new BadRequestException(400, "'finalExitCodes' holds up to 256 codes from 0 to 255.", "finalExitCodes");
        }

        return codes;
    }

    private static Webhook? WebhookOf(WebhookWire? wire)
    {
        if (wire is null)
        {
            return null;
        }

        if (!Uri.TryCreate(wire.Url, UriKind.Absolute, out var uri) || (uri.Scheme != "http" && uri.Scheme != "https") || wire.Url!.Length > 2048)
        {
            throw new BadRequestException(400, "'webhook.url' is an absolute http or https address of at most 2048 characters.", "webhook.url");
        }

        return new Webhook { Url = wire.Url, Secret = Checks.Short(wire.Secret, Checks.Names, "webhook.secret") };
    }
}
