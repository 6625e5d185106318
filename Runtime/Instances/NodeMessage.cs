using System.Buffers;
using System.Text.Json;
using Muster.Messages.Processes;

namespace Muster.Runtime.Instances;

/// <summary>What the node says over the socket of an instance, one JSON object a line.</summary>
internal static class NodeMessage
{
    /// <summary>The version of the protocol.</summary>
    public const int Protocol = 1;

    public static ReadOnlyMemory<byte> Configure(InstanceSpec spec, InstanceHostOptions options) => Line("configure", w =>
    {
        w.WriteNumber("protocol", Protocol);
        w.WriteString("instance", spec.Instance);
        w.WriteString("deployment", spec.Deployment);
        w.WriteString("namespace", spec.Namespace);
        w.WriteNumber("revision", spec.Revision);
        w.WriteNumber("slots", spec.Slots);
        w.WriteString("entry", spec.Entry);
        w.WriteNumber("resultLimit", options.ResultLimit);
        w.WriteNumber("lineLimit", options.LineLimit);
        w.WriteNumber("orphanAfter", options.OrphanAfter.TotalSeconds);
        w.WriteNumber("cancelWithin", options.CancelWithin.TotalSeconds / 2);
    });

    public static ReadOnlyMemory<byte> Process(string key, RunRequest request) => Line("process", w =>
    {
        var spec = request.Spec;
        w.WriteString("key", key);
        w.WriteString("namespace", request.Process.Namespace);
        w.WriteString("process", request.Process.Id);
        w.WriteNumber("attempt", request.Attempt);
        w.WriteString("func", spec.Func);
        w.WriteStartArray("args");
        foreach (var argument in spec.Args)
        {
            argument.WriteTo(w);
        }

        w.WriteEndArray();
        w.WriteStartObject("kwargs");
        foreach (var (name, value) in spec.Kwargs)
        {
            w.WritePropertyName(name);
            value.WriteTo(w);
        }

        w.WriteEndObject();
        w.WriteStartObject("env");
        foreach (var (name, value) in spec.Env)
        {
            w.WriteString(name, value);
        }

        w.WriteEndObject();
        Json("input", spec.Input);
        Json("checkpoint", request.Checkpoint);
        if (spec.TraceParent is { } trace)
        {
            w.WriteString("traceparent", trace);
        }

        w.WriteNumber("lease", spec.Limits.Lease.TotalSeconds);
        w.WriteString("carry", JsonSerializer.Serialize(InstanceCarry.Of(spec), InstanceJson.Default.InstanceCarry));

        void Json(string name, JsonElement? value)
        {
            w.WritePropertyName(name);
            if (value is { ValueKind: not JsonValueKind.Undefined } json)
            {
                json.WriteTo(w);
            }
            else
            {
                w.WriteNullValue();
            }
        }
    });

    public static ReadOnlyMemory<byte> Cancel(string key, string reason) => Line("cancel", w =>
    {
        w.WriteString("key", key);
        w.WriteString("reason", reason);
    });

    public static ReadOnlyMemory<byte> Stored(string key) => Line("stored", w => w.WriteString("key", key));

    public static ReadOnlyMemory<byte> Drain() => Line("drain", _ => { });

    public static ReadOnlyMemory<byte> Ping(long number) => Line("ping", w => w.WriteNumber("number", number));

    private static ReadOnlyMemory<byte> Line(string type, Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            fields(writer);
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
