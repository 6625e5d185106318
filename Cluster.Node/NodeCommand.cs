using System.CommandLine;
using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Muster.Engine.Deployments.Secrets;
using Muster.Engine.Hosting;
using Muster.Engine.Hosting.Remoting;
using Muster.Engine.Membership;
using Muster.Messages.Serialization;
using Muster.Persistence;

namespace Muster.Node;

/// <summary>The command line of a node. Every option can also be given as an environment variable MUSTER_NAME.</summary>
internal static class NodeCommand
{
    private static readonly Option<string> Data = Setting("--data", "The data folder of a seed on this machine; it has left its address there", "data");
    private static readonly Option<string> Seed = Setting("--seed", "Where the inside of the cluster listens at a seed, HOST:PORT, several with commas (default: as the data folder says)", null);
    private static readonly Option<string> Store = Setting("--store", "The PostgreSQL store of the cluster, postgres://user:password@host/database (default: as the data folder says)", null);
    private static readonly Option<string> Cluster = Setting("--cluster", "The name of the cluster; a node that is led to one of another name ends", StoreOptions.StandardCluster);
    private static readonly Option<string> Roles = Setting("--roles", "What the node does: core takes shards and writes the store, worker runs processes (default: core,worker with a PostgreSQL store, else worker)", null);
    private static readonly Option<string> Config = Setting("--config", "A HOCON file that wins over akka.hocon", null);
    private static readonly Option<string> Remote = Setting("--remote", "Where this node listens for the others, HOST:PORT (default: loopback, any free port)", null);
    private static readonly Option<string> TlsDir = Setting("--tls-dir", "A folder with tls.crt, tls.key and ca.crt: the inside of the cluster then speaks mutual TLS", null);
    private static readonly Option<bool> Insecure = new("--insecure-remote")
    {
        Description = "Listen off loopback without TLS, where nobody else can reach it [MUSTER_INSECURE_REMOTE]",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MUSTER_INSECURE_REMOTE") is "1" or "true",
    };
    private static readonly Option<string> Name = Setting("--name", "The name under which attempts are assigned to this node (default: machine and process)", null);
    private static readonly Option<string> Queues = Setting("--queues", "The queues that this node serves, [NAMESPACE/]QUEUE[:RUNTIME], separated by commas; RUNTIME runs what names none", "default");
    private static readonly Option<string> Slots = Setting("--slots", "How many processes it runs at once (default: 4 for each processor)", null);
    private static readonly Option<string> Drain = Setting("--drain", "How long running attempts may go on when the node stops, like 10s or 5m", "10s");
    private static readonly Option<string> Health = Setting("--health", "Where the node answers /health/live and /health/ready over HTTP, ADDRESS:PORT (default: nowhere)", null);
    private static readonly Option<string> Instances = Setting("--instances", "The folder for instances of deployments, or 'none' to run none here (default: instances in the data folder)", null);
    private static readonly Option<string> Labels = Setting("--labels", "Labels for the placement of instances and for conditions of processes, KEY=VALUE separated by commas", "");
    private static readonly Option<string> SecretsKeyFile = Setting("--secrets-key-file", "A file with the keys for secrets of deployments, as the seed has it; MUSTER_SECRETS_KEY can hold them too", null);
    private static readonly Option<bool> Exec = new("--exec") { Description = "Run operating-system commands too" };

    public static RootCommand Create()
    {
        var root = new RootCommand("A Muster node: joins a cluster and runs processes; on PostgreSQL it also takes its part of the shards.");
        foreach (var option in new Option[] { Data, Seed, Store, Cluster, Roles, Remote, TlsDir, Insecure, Config, Name, Queues, Slots, Drain, Health, Instances, Labels, SecretsKeyFile, Exec })
        {
            option.Recursive = true;
            root.Add(option);
        }

        root.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(Slots) is { } given && !int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                await Console.Error.WriteLineAsync("--slots is a number, at least 1.").ConfigureAwait(false);
                return 2;
            }

            if (!DurationJsonConverter.TryParse(parsed.GetValue(Drain)!, out var drain) || drain < TimeSpan.Zero)
            {
                await Console.Error.WriteLineAsync("--drain is a time like 10s or 5m.").ConfigureAwait(false);
                return 2;
            }

            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var label in parsed.GetValue(Labels)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (label.Split('=', 2) is not [{ Length: > 0 } key, var value])
                {
                    await Console.Error.WriteLineAsync($"--labels '{label}' is not KEY=VALUE.").ConfigureAwait(false);
                    return 2;
                }

                labels[key] = value;
            }

            SecretKeys secrets;
            try
            {
                secrets = SecretKeys.Load(parsed.GetValue(SecretsKeyFile));
            }
            catch (SecretKeyException e)
            {
                await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
                return 2;
            }

            var settings = new NodeSettings
            {
                Data = parsed.GetValue(Data)!,
                Seed = parsed.GetValue(Seed),
                Store = parsed.GetValue(Store),
                Cluster = parsed.GetValue(Cluster)!,
                Roles = parsed.GetValue(Roles)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                Remote = new RemoteSettings { Address = parsed.GetValue(Remote), TlsFolder = parsed.GetValue(TlsDir), Insecure = parsed.GetValue(Insecure) },
                Config = parsed.GetValue(Config),
                Name = parsed.GetValue(Name) ?? NodeSettings.NameOfThisProcess,
                Queues = [.. parsed.GetValue(Queues)!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                Slots = int.TryParse(parsed.GetValue(Slots), NumberStyles.None, CultureInfo.InvariantCulture, out var slots) ? slots : null,
                Drain = drain,
                Health = parsed.GetValue(Health),
                Instances = parsed.GetValue(Instances) is { } folder && folder != "none" ? folder : null,
                TakesInstances = parsed.GetValue(Instances) != "none",
                Labels = labels,
                Secrets = secrets,
                Exec = parsed.GetValue(Exec),
            };
            if (settings.Problem() is { } problem)
            {
                await Console.Error.WriteLineAsync(problem).ConfigureAwait(false);
                return 2;
            }

            try
            {
                await MemberProgram.RunAsync(() => NodeHost.Build(settings), _ => Task.CompletedTask, _ => Task.CompletedTask, cancel).ConfigureAwait(false);
                return 0;
            }
            catch (Exception e) when (e is StoreOpenException or OtherClusterException or RemoteProblemException or IOException { InnerException: AddressInUseException })
            {
                await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
                return 2;
            }
        });
        var check = new Command("healthcheck", "Ask the node that listens at --health on this machine whether it is ready; exit code 0 when it is");
        check.SetAction((parsed, cancel) => CheckAsync(parsed.GetValue(Health), cancel));
        root.Add(check);
        return root;
    }

    private static async Task<int> CheckAsync(string? health, CancellationToken cancel)
    {
        if (NodeHealth.Where(health) is { } where)
        {
            return await ReadyQuestion.AskAsync(NodeHealth.Near(where), cancel).ConfigureAwait(false);
        }

        await Console.Error.WriteLineAsync("Say where the node listens: --health ADDRESS:PORT.").ConfigureAwait(false);
        return 2;
    }

    private static Option<string> Setting(string name, string description, string? standard)
    {
        var variable = "MUSTER_" + name[2..].Replace('-', '_').ToUpperInvariant();
        return new Option<string>(name)
        {
            Description = $"{description} [{variable}]",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : standard!,
        };
    }
}
