using Akka.Actor;
using Akka.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Bench.Measuring;
using Muster.Bench.Stores;
using Muster.Engine;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Seed;
using Muster.Tests.Support;

namespace Muster.Bench.Clusters;

/// <summary>A seed inside this program, which submits and runs handlers as a member of the cluster; other nodes are programs of their own.</summary>
internal sealed class HostedCluster : BenchCluster
{
    private readonly WebApplication _seed;
    private readonly IReadOnlyList<NodeProgram> _nodes;
    private readonly ProcessGate _gate;

    private HostedCluster(WebApplication seed, IReadOnlyList<NodeProgram> nodes, RunBook book, BenchOptions options)
        : base(new Uri(seed.Urls.First()), book, options)
    {
        _seed = seed;
        _nodes = nodes;
        _gate = new ProcessGate(seed.Services.GetRequiredService<ActorSystem>());
    }

    public override double CpuSeconds => ProgramUsage.CpuSeconds(Environment.ProcessId) + _nodes.Sum(n => ProgramUsage.CpuSeconds(n.Id));

    public override double PeakMb => ProgramUsage.PeakMb(Environment.ProcessId);

    /// <summary>Its actor system.</summary>
    public ActorSystem System => _seed.Services.GetRequiredService<ActorSystem>();

    /// <summary>Starts it, and waits until all its nodes are up.</summary>
    /// <param name="options">What is measured.</param>
    /// <param name="store">Its store.</param>
    /// <param name="handlers">Whether the seed runs handlers.</param>
    public static async Task<HostedCluster> StartAsync(BenchOptions options, IBenchStore store, bool handlers = true)
    {
        var book = new RunBook();
        var seed = SeedHost.Build(new SeedSettings
        {
            Urls = "http://127.0.0.1:0",
            Data = store.Folder,
            Store = store.Address,
            Handlers = book.Handlers(),
            Slots = !handlers || (options.Apart && options.Nodes > 1) ? 0 : options.Slots,
            LogLevel = LogLevel.Error,
        });
        var nodes = new List<NodeProgram>();
        try
        {
            await seed.StartAsync().ConfigureAwait(false);
            var system = seed.Services.GetRequiredService<ActorSystem>();
            await Eventually.TrueAsync(() => Task.FromResult(EngineContext.IsOpen(system))).ConfigureAwait(false);
            for (var i = 1; i < options.Nodes; i++)
            {
                nodes.Add(NodeProgram.Start(store, options.Slots, i));
            }

            await Eventually.TrueAsync(() => Task.FromResult(Akka.Cluster.Cluster.Get(system).State.Members.Count(m => m.Status == MemberStatus.Up) == options.Nodes)).ConfigureAwait(false);
            return new HostedCluster(seed, nodes, book, options);
        }
        catch
        {
            await EndAsync(seed, nodes).ConfigureAwait(false);
            throw;
        }
    }

    public override async Task SubmitAsync(string id)
    {
        var answer = await _gate.SendAsync(new ProcessCommand.Submit
        {
            Process = new ProcessId(Ids.DefaultNamespace, id),
            CommandId = $"submit-{id}",
            Spec = new ProcessSpec { Queue = Ids.DefaultQueue, Func = RunBook.Noop, Args = [Payload] },
            Fingerprint = id,
        }).ConfigureAwait(false);
        if (answer is ProcessReply.Refused refused)
        {
            throw new InvalidOperationException($"A submit was refused: {refused.Message}");
        }
    }

    public override async Task CollectAsync()
    {
        foreach (var node in _nodes)
        {
            Book.Load(await node.EndAsync().ConfigureAwait(false));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await EndAsync(_seed, _nodes).ConfigureAwait(false);
    }

    private static async Task EndAsync(WebApplication seed, IReadOnlyList<NodeProgram> nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync().ConfigureAwait(false);
        }

        await seed.StopAsync().ConfigureAwait(false);
        await seed.DisposeAsync().ConfigureAwait(false);
    }
}
