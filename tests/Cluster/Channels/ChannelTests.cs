using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Engine;
using Muster.Engine.Channels;
using Muster.Engine.Hosting;
using Muster.Messages;
using Muster.Messages.Channels;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Channels;

/// <summary>Channels of processes between two members of a cluster: a submitter at the seed and a worker elsewhere.</summary>
public sealed class ChannelTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>, IAsyncLifetime
{
    private IHost _host = null!;

    private ChannelGate Submitter => new(Seed.Services.GetRequiredService<ActorSystem>());

    private ChannelGate Worker => new(_host.Services.GetRequiredService<ActorSystem>());

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var seed = Akka.Cluster.Cluster.Get(Seed.Services.GetRequiredService<ActorSystem>()).SelfAddress;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddAkka(MemberOptions.SystemName, (akka, _) =>
        {
            akka.WithMember(new MemberOptions { Roles = ["worker"], Contacts = [$"{seed.Host}:{seed.Port}"] });
            akka.WithMusterProxies();
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task Two_members_exchange_messages_of_any_length()
    {
        var process = await ProcessAsync();
        var question = Payload((3 * 1024 * 1024) + 17);

        await AppendedAsync(Worker, Entry(process, "worker", 1, question));
        await AppendedAsync(Submitter, Entry(process, "submitter", 1, Payload(0)) with { InReplyTo = 1, Type = "end" });
        (await Submitter.AppendAsync(Entry(process, "submitter", 1, Payload(5)))).ShouldBeOfType<ChannelReply.Appended>().Repeated.ShouldBeTrue();

        foreach (var gate in new[] { Submitter, Worker })
        {
            var log = (await gate.ReadAsync(process, "talk", 0, 0)).ShouldBeOfType<ChannelReply.Entries>();
            log.Items.Select(e => (e.Sender, e.Sequence, e.Type, e.InReplyTo)).ShouldBe([("worker", 1, "data", null), ("submitter", 1, "end", 1)]);
            log.Items[0].Payload.Span.SequenceEqual(question).ShouldBeTrue();
            log.Items[1].Payload.Length.ShouldBe(0);
            (await gate.ReadAsync(process, "talk", 1, 1)).ShouldBeOfType<ChannelReply.Entries>().Items.ShouldHaveSingleItem().Sender.ShouldBe("submitter");
        }
    }

    [Fact]
    public async Task A_follower_gets_what_was_there_and_then_each_entry_once_until_the_process_ends()
    {
        var process = await ProcessAsync();
        await AppendedAsync(Submitter, Entry(process, "submitter", 1, Payload(1)));
        await AppendedAsync(Submitter, Entry(process, "submitter", 2, Payload(2)));
        using var limit = new CancellationTokenSource(Eventually.Patience);
        await using var follower = Worker.FollowAsync(process, "talk", 1, limit.Token).GetAsyncEnumerator(limit.Token);
        (await NextAsync(follower)).ShouldBe(["submitter 2"]);

        for (var i = 1; i <= 50; i++)
        {
            await AppendedAsync(i % 2 == 0 ? Submitter : Worker, Entry(process, "worker", i, Payload(i)));
        }

        for (var i = 1; i <= 50; i++)
        {
            (await NextAsync(follower)).ShouldBe([$"worker {i}"]);
        }

        // One that was overtaken stands before others in the log, and is news all the same.
        await AppendedAsync(Worker, Entry(process, "worker", 0, Payload(1)));
        (await NextAsync(follower)).ShouldBe(["worker 0"]);

        await Api.PostAsync($"/v1/processes/{process.Id}/cancel").OkAsync();
        (await follower.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task The_channels_end_with_their_process()
    {
        var process = await ProcessAsync();
        await AppendedAsync(Submitter, Entry(process, "submitter", 1, Payload(1)));
        var assignment = await AssignAsync();
        assignment["channels"]!.AsArray().Select(c => c!.GetValue<string>()).ShouldBe(["talk"]);
        await Api.CompleteAsync(assignment);

        var refused = (await Worker.AppendAsync(Entry(process, "worker", 1, Payload(1)))).ShouldBeOfType<ChannelReply.Refused>();
        refused.Problem.ShouldBe(Problem.NotFound);
        refused.Message.ShouldContain("is succeeded; its channels ended with it");
        (await Submitter.ReadAsync(process, "talk", 0, 0)).ShouldBeOfType<ChannelReply.Refused>().Problem.ShouldBe(Problem.NotFound);
    }

    [Fact]
    public async Task What_is_no_channel_is_said()
    {
        var process = await ProcessAsync();
        (await Worker.ReadAsync(process, "gossip", 0, 0)).ShouldBeOfType<ChannelReply.Refused>().Message.ShouldContain("has no channel 'gossip'");
        (await Worker.ReadAsync(new ProcessId("default", Fresh("p")), "talk", 0, 0)).ShouldBeOfType<ChannelReply.Refused>().Message.ShouldContain("There is no process");
        (await Should.ThrowAsync<ChannelRefusedException>(async () =>
        {
            await foreach (var _ in Worker.FollowAsync(process, "gossip", 0))
            {
            }
        })).Problem.ShouldBe(Problem.NotFound);
    }

    private static byte[] Payload(int length) => Encoding.UTF8.GetBytes(new string('ü', length))[..length];

    private static ChannelCommand.Append Entry(ProcessId process, string sender, long sequence, byte[] payload) =>
        new() { Process = process, Name = "talk", Sender = sender, Sequence = sequence, Payload = payload };

    private static async Task AppendedAsync(ChannelGate gate, ChannelCommand.Append entry) =>
        (await gate.AppendAsync(entry)).ShouldBeOfType<ChannelReply.Appended>().Repeated.ShouldBeFalse();

    private static async Task<IEnumerable<string>> NextAsync(IAsyncEnumerator<System.Collections.Immutable.ImmutableArray<ChannelEntry>> follower)
    {
        (await follower.MoveNextAsync()).ShouldBeTrue();
        return follower.Current.Select(e => $"{e.Sender} {e.Sequence}");
    }

    private async Task<ProcessId> ProcessAsync() => new("default", await SubmitAsync(""","channels":["talk"]"""));
}
