using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Actor;
using Muster.Messages;
using Muster.Messages.Executors;
using Muster.Messages.Processes;
using Muster.Messages.Queues;
using Muster.Messages.Serialization;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Serialization;

public sealed class SerializerTests(SerializerTests.GoldenSystem golden) : IClassFixture<SerializerTests.GoldenSystem>
{
    private readonly MusterSerializer _serializer = golden.Serializer;

    public static TheoryData<string> AllManifests => [.. Manifests.All];

    [Fact]
    public void Every_message_and_event_has_a_manifest()
    {
        var types = typeof(IMusterMessage).Assembly.GetTypes().Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IMusterMessage))).ToList();

        types.Where(t => Manifests.Find(t) is null).ShouldBeEmpty();
        Manifests.All.Count().ShouldBe(types.Count);
        Manifests.All.ShouldBeUnique();
    }

    [Fact]
    public void Every_manifest_has_a_golden_file_and_no_manifest_was_ever_dropped() => Golden.Names().Order().ShouldBe(Manifests.All.Order());

    [Theory]
    [MemberData(nameof(AllManifests))]
    public void A_golden_file_is_read_and_written_again_without_losing_anything(string manifest)
    {
        var then = JsonNode.Parse(Golden.Read(manifest))!;

        var message = _serializer.FromBinary(Encoding.UTF8.GetBytes(Golden.Read(manifest)), manifest);

        _serializer.Manifest(message).ShouldBe(manifest);
        var written = JsonNode.Parse(_serializer.ToBinary(message))!;
        Lost(then, written, manifest).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(AllManifests))]
    public void Every_field_of_a_full_message_survives(string manifest)
    {
        var message = Samples().Single(s => s.Manifest == manifest).Message;
        Deep.Unset(message).ShouldBeEmpty("the sample must use every field, or its loss would go unseen");

        var bytes = _serializer.ToBinary(message);
        var read = _serializer.FromBinary(bytes, _serializer.Manifest(message));

        Deep.Differences(message, read, manifest).ShouldBeEmpty();
        Encoding.UTF8.GetString(_serializer.ToBinary(read)).ShouldBe(Encoding.UTF8.GetString(bytes));
    }

    [Theory]
    [MemberData(nameof(AllManifests))]
    public void What_is_absent_has_the_default_of_its_type_and_never_a_null_that_the_type_forbids(string manifest)
    {
        var type = Manifests.Find(manifest)!.Type;
        var unset = Activator.CreateInstance(type)!;
        var full = JsonNode.Parse(_serializer.ToBinary(Samples().Single(s => s.Manifest == manifest).Message))!.AsObject();
        foreach (var field in Full.Fields(type).Where(f => !Deep.IsRequired(f)))
        {
            full.Remove(JsonNamingPolicy.CamelCase.ConvertName(field.Name)).ShouldBeTrue(field.Name);
        }

        var read = _serializer.FromBinary(Encoding.UTF8.GetBytes(full.ToJsonString()), manifest);

        foreach (var field in Full.Fields(type).Where(f => !Deep.IsRequired(f)))
        {
            Deep.Differences(field.GetValue(unset), field.GetValue(read), field.Name).ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_spec_that_names_only_its_queue_has_all_defaults()
    {
        var spec = JsonSerializer.Deserialize("""{"queue":"q","limits":{},"conditions":{}}""", StoredJson.Of<ProcessSpec>())!;

        Deep.Differences(spec, new ProcessSpec { Queue = "q" }, "spec").ShouldBeEmpty();
        spec.Limits.MaxRetries.ShouldBe(3);
        spec.Limits.Lease.ShouldBe(TimeSpan.FromSeconds(60));
        spec.Conditions.Types.IsDefault.ShouldBeFalse();
    }

    [Fact]
    public void Fields_that_a_newer_version_added_are_passed_over()
    {
        var read = MusterSerializer.Read("""{"at":"2026-01-01T00:00:00+00:00","commandId":"c","executor":"default/x","by":"b","newer":{"deep":[1]}}"""u8, "xe.removed");

        read.ShouldBeOfType<ExecutorEvent.Removed>().By.ShouldBe("b");
    }

    [Fact]
    public void An_unknown_manifest_is_named_in_the_error() =>
        Should.Throw<SerializationException>(() => MusterSerializer.Read("{}"u8, "pe.from-the-future")).Message.ShouldContain("'pe.from-the-future'");

    [Fact]
    public void A_type_without_manifest_is_named_in_the_error()
    {
        Should.Throw<SerializationException>(() => MusterSerializer.Write("text")).Message.ShouldContain("System.String");
        Should.Throw<SerializationException>(() => MusterSerializer.ManifestOf(new object())).Message.ShouldContain("System.Object");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"at":"yesterday"}""")]
    public void Bytes_that_are_not_what_the_manifest_says_are_a_clear_error(string text) =>
        Should.Throw<SerializationException>(() => MusterSerializer.Read(Encoding.UTF8.GetBytes(text), "pe.failed")).Message.ShouldContain("'pe.failed'");

    [Fact]
    public void Payloads_stand_as_json_and_not_as_text_in_text()
    {
        var json = Encoding.UTF8.GetString(MusterSerializer.Write(EventSamples.All.OfType<ProcessEvent.Succeeded>().Single()));

        json.ShouldContain("\"result\":{\"frame\":");
    }

    [Fact]
    public void An_address_comes_back_as_the_same_actor()
    {
        var interest = (DispatcherMessage.Demand)Full.Of(typeof(DispatcherMessage.Demand));
        var actor = golden.System.ActorOf(Props.Empty, "someone");

        var read = _serializer.FromBinary(_serializer.ToBinary(interest with { Requester = new ActorRef(actor) }), "d.demand");

        ((DispatcherMessage.Demand)read).Requester.Ref.ShouldBe(actor);
    }

    private static IEnumerable<(string Manifest, object Message)> Samples()
    {
        var events = EventSamples.All.ToDictionary(MusterSerializer.ManifestOf);
        return Manifests.All.Select(m => (m, events.GetValueOrDefault(m) ?? Full.Of(Manifests.Find(m)!.Type)));
    }

    // A field that is new since the file was written may come in addition; what the file has must stay.
    private static IEnumerable<string> Lost(JsonNode? golden, JsonNode? written, string path) => (golden, written) switch
    {
        (JsonObject g, JsonObject w) => g.SelectMany(f => w.ContainsKey(f.Key) ? Lost(f.Value, w[f.Key], $"{path}.{f.Key}") : [$"{path}.{f.Key} is lost"]),
        (JsonArray g, JsonArray w) when g.Count == w.Count => g.SelectMany((item, i) => Lost(item, w[i], $"{path}[{i}]")),
        _ => JsonNode.DeepEquals(golden, written) ? [] : [$"{path}: {golden} became {written}"],
    };

    public sealed class GoldenSystem : IDisposable
    {
        public GoldenSystem()
        {
            Serializer = new MusterSerializer((ExtendedActorSystem)System);
            Full.Address = System.DeadLetters;
            Golden.WriteMissing(Serializer, Samples());
        }

        public ActorSystem System { get; } = ActorSystem.Create("golden");

        public MusterSerializer Serializer { get; }

        public void Dispose() => System.Dispose();
    }
}
