using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Client.Handlers;
using Muster.Engine;
using Muster.Engine.Hosting;
using Muster.Engine.Membership;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime.Dotnet;
using Muster.Runtime.Exec;
using Muster.Runtime.Pool;

namespace Muster.Runtime.Hosting;

/// <summary>Puts worker pools into an actor system.</summary>
public static class WorkerPoolHosting
{
    /// <summary>The name of the actor that holds the pools of a node; it takes <see cref="DrainPool"/>.</summary>
    public const string ActorName = "worker-pools";

    /// <summary>What the end of the work costs after it was cancelled: the grace of the runtimes and the word to the cluster.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(8);

    /// <summary>Runs attempts on this node: handlers under the runtime <c>dotnet</c>, and operating-system commands under <c>exec</c> where that is allowed.
    /// A coordinated shutdown drains the pools first. Needs <see cref="EngineHosting.WithMuster"/>.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="options">What to serve.</param>
    /// <param name="handlers">The handlers; without any, only commands are run.</param>
    /// <exception cref="ArgumentException">An id, a queue, a number of slots or a list in the options is wrong.</exception>
    public static AkkaConfigurationBuilder WithWorkerPools(this AkkaConfigurationBuilder builder, WorkerPoolOptions options, HandlerRegistry handlers)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handlers);
        Check(options);
        var milliseconds = ((long)(options.DrainTimeout + AfterDrain).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        builder.AddHocon($"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseBeforeServiceUnbind}.timeout = {milliseconds}ms", HoconAddMode.Prepend);
        return builder.WithActors((system, registry) => registry.Register<Pools>(Start(system, options, handlers, new ProcessGate(system), TimeProvider.System)));
    }

    /// <summary>Drains the pools of this program at the very start of its stop, while its other services, such as a gateway, still serve; without it they drain when the actor system stops.</summary>
    /// <param name="services">The services of the program.</param>
    /// <param name="drain">How long running attempts may go on, as in <see cref="WorkerPoolOptions.DrainTimeout"/>.</param>
    public static IServiceCollection AddWorkerPoolDrain(this IServiceCollection services, TimeSpan drain) =>
        services.AddSingleton<IHostedService>(provider => new WorkerPoolDrain(provider, drain, drain + AfterDrain));

    /// <summary>Starts the pools in a system that is running already.</summary>
    internal static IActorRef Start(ActorSystem system, WorkerPoolOptions options, HandlerRegistry handlers, IProcessGate gate, TimeProvider clock)
    {
        Check(options);
        GrowThreads(options);
        var work = new WorkRoot(options.WorkFolder);
        var setups = new List<PoolSetup>();

        // An executor that lists no functions takes any, so there is no pool for no handlers.
        if (handlers.Functions.Count > 0)
        {
            setups.AddRange(Setups(new DotnetRuntime(handlers, clock), options.Slots, namedOnly: false));
        }

        var owned = new List<IDisposable> { work };
        if (options.ExecAllowed)
        {
            var exec = new ExecRuntime(new ExecOptions(), clock, work.Groups);
            owned.Add(exec);

            // A process that names no runtime may mean a function of any worker; a command has to be asked for.
            setups.AddRange(Setups(exec, options.ExecSlots, namedOnly: true));
        }

        var pools = system.ActorOf(WorkerPools.Props(setups, work.EndAbandonedAsync, [.. owned]), ActorName);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "drain-worker-pools", async () =>
        {
            // Who was shut out cannot say any more what became of the work: others run it again.
            var drain = ClusterExit.WasShutOut(system) ? TimeSpan.Zero : options.DrainTimeout;
            await pools.Ask<PoolDrained>(new DrainPool(drain), drain + AfterDrain).ConfigureAwait(false);
            return Akka.Done.Instance;
        });
        return pools;

        // One pool for all queues of a namespace in which the runtime takes the same. Where a queue says who runs what names no runtime, the others take only what names them.
        IEnumerable<PoolSetup> Setups(IRuntime runtime, int slots, bool namedOnly) => Served(options)
            .GroupBy(q => (q.Namespace, NamedOnly: q.Runtime is { } chosen ? chosen != runtime.Name : namedOnly), q => q.Queue)
            .Select(pool => Setup(pool.Key.Namespace!, [.. pool.Distinct(StringComparer.Ordinal)], runtime, slots, pool.Key.NamedOnly));

        PoolSetup Setup(string ns, ImmutableArray<string> queues, IRuntime runtime, int slots, bool namedOnly) => new()
        {
            Namespace = ns,
            Queues = queues,
            Runtime = runtime,
            Slots = slots,
            Gate = gate,
            Router = EngineContext.WorkRouterOf(system),
            Work = work,
            Clock = clock,
            Capability = new Capability
            {
                Executor = options.Executor,
                Types = [.. options.Types],
                Functions = [.. runtime.Functions.Order(StringComparer.Ordinal)],
                Runtimes = [runtime.Name],
                NamedRuntimeOnly = namedOnly,
                Labels = options.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal),
                Location = options.Location,
                Resources = options.Resources.ToImmutableSortedDictionary(StringComparer.Ordinal),
            },
        };
    }

    // Handlers share the thread pool with the actors. One that blocks its thread must not make a heartbeat wait until the pool has found that it needs another.
    private static void GrowThreads(WorkerPoolOptions options)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        var wanted = Environment.ProcessorCount + Math.Min(options.Slots, 4 * Environment.ProcessorCount);
        if (workers < wanted)
        {
            ThreadPool.SetMinThreads(wanted, ports);
        }
    }

    /// <summary>The queues with their namespaces: an entry that names none is served in all.</summary>
    private static IEnumerable<ServedQueue> Served(WorkerPoolOptions options) => ServedQueue.ReadAll(options.Queues)
        .SelectMany(queue => queue.Namespace is null ? options.Namespaces.Select(ns => queue with { Namespace = ns }) : [queue]);

    private static void Check(WorkerPoolOptions options)
    {
        foreach (var id in (IEnumerable<string>)[options.Executor, .. options.Namespaces])
        {
            if (!Ids.IsValid(id))
            {
                throw new ArgumentException($"'{id}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -", nameof(options));
            }
        }

        if (ServedQueue.Problem(options.Queues, options.ExecAllowed) is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(options));
        }

        if (options.Namespaces.Count == 0 || options.Queues.Count == 0)
        {
            throw new ArgumentException("A worker pool needs at least one namespace and one queue.", nameof(options));
        }

        if (options.Slots < 1 || options.ExecSlots < 1)
        {
            throw new ArgumentException("A worker pool needs at least one slot.", nameof(options));
        }
    }

    /// <summary>The key of the pools in the actor registry.</summary>
    public sealed class Pools;
}
