using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Engine.Deployments.Secrets;
using Muster.Engine.Hosting;
using Muster.Engine.Hosting.Remoting;
using Muster.Messages;
using Muster.Messages.Serialization;
using Muster.Persistence;
using Muster.Persistence.Moving;
using Muster.Runtime.Hosting;
using Muster.Seed.Certificates;
using Muster.Seed.Keys;
using Muster.Seed.Run;

namespace Muster.Seed;

/// <summary>The command line of the seed. Every option can also be given as an environment variable MUSTER_NAME.</summary>
internal static class SeedCommand
{
    private static readonly Option<string> Urls = Setting("--urls", "Where the gateway listens", "http://127.0.0.1:8080");
    private static readonly Option<string> Data = Setting("--data", "The folder of the store", "data");
    private static readonly Option<string> Store = Setting("--store", "The store: a SQLite file, postgres://user:password@host/database, or 'memory' (default: muster.db in the data folder)", null);
    private static readonly Option<string> Cluster = Setting("--cluster", "The name of the cluster; it stays with the store, and nodes of another name do not join", StoreOptions.StandardCluster);
    private static readonly Option<string> Remote = Setting("--remote", "Where the inside of the cluster listens, HOST:PORT (default: loopback, any free port)", null);
    private static readonly Option<string> TlsDir = Setting("--tls-dir", "A folder with tls.crt, tls.key and ca.crt: the inside of the cluster then speaks mutual TLS", null);
    private static readonly Option<bool> Insecure = new("--insecure-remote")
    {
        Description = "Let the inside of the cluster listen off loopback without TLS, where nobody else can reach it [MUSTER_INSECURE_REMOTE]",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MUSTER_INSECURE_REMOTE") is "1" or "true",
    };
    private static readonly Option<string> Config = Setting("--config", "A HOCON file that wins over akka.hocon", null);
    private static readonly Option<string> Queues = Setting("--queues", "The queues that the seed's own worker serves, [NAMESPACE/]QUEUE[:RUNTIME], separated by commas; RUNTIME runs what names none", "default");
    private static readonly Option<string> Slots = Setting("--slots", "How many processes the seed's own worker runs at once; 0 for no worker (default: 4 for each processor)", null);
    private static readonly Option<string> LogLevelOption = Setting("--log-level", "What is logged at least: trace, debug, information, warning, error", "information");
    private static readonly Option<string> Drain = Setting("--drain", "How long running attempts of the own worker may go on when the seed stops, like 10s or 5m", "10s");
    private static readonly Option<string> SecretsKeyFile = Setting("--secrets-key-file", "A file with the keys for secrets of deployments, one a line, the one that writes first; MUSTER_SECRETS_KEY can hold them too", null);
    private static readonly Option<string> Retention = Setting("--retention", "How long finished processes are kept, like 12h or 7d", "7d");


    public static RootCommand Create()
    {
        var root = new RootCommand("Muster: submit work, a worker runs it, nothing is lost. Alone, a seed is a whole cluster.");
        foreach (var option in (Option[])[Urls, Data, Store, Cluster, Remote, TlsDir, Insecure, Config, Queues, Slots, Drain, LogLevelOption, Retention, SecretsKeyFile, .. ColoniesSettings.All])
        {
            option.Recursive = true;
            root.Add(option);
        }

        root.SetAction((parsed, cancel) => GuardAsync(() => ServeAsync(Settings(parsed), cancel)));
        var file = new Argument<string>("FILE") { Description = "A JSON file: {\"processes\": [{\"name\", \"func\", ...}]}" };
        var run = new Command("run", "Start, submit the processes of a file, show them, and stop; exit code 0 only if every one ended as expected") { file };
        run.SetAction((parsed, cancel) => GuardAsync(() => RunCommand.RunAsync(Settings(parsed), parsed.GetValue(file)!, cancel)));
        root.Add(run);
        root.Add(MoveCommand.Create(parsed => Settings(parsed), GuardAsync));
        root.Add(KeysCommand.Create(parsed => Settings(parsed), GuardAsync));
        root.Add(CertsCommand.Create(GuardAsync));
        var check = new Command("healthcheck", "Ask the seed that listens at --urls on this machine whether it is ready; exit code 0 when it is");
        check.SetAction((parsed, cancel) => GuardAsync(() => ReadyQuestion.AskAsync(BoundUrls.Near(BoundUrls.Parse(parsed.GetValue(Urls)!)[0]), cancel)));
        root.Add(check);
        return root;
    }

    private static async Task<int> ServeAsync(SeedSettings settings, CancellationToken cancel)
    {
        foreach (var url in BoundUrls.Parse(settings.Urls))
        {
            if (BoundUrls.IsBusy(url))
            {
                throw new SettingException($"{url} is in use. Stop who listens there, or choose another address with --urls.");
            }
        }

        await MemberProgram.RunAsync(
            () => SeedHost.Build(settings),
            // It would be refused at the start anyhow; here the reason stands alone.
            app => app.Services.GetRequiredService<KeyPreparation>().PrepareAsync(cancel),
            app => Console.Out.WriteLineAsync($"Muster is ready: {string.Join(", ", app.Urls)} (API page: {app.Urls.First()}/scalar). Ctrl+C stops it."),
            cancel).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> GuardAsync(Func<Task<int>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SettingException or StoreOpenException or StoreMoveException or RunFileException or RemoteProblemException or SecretKeyException)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return 2;
        }
    }

    private static SeedSettings Settings(ParseResult parsed) => new()
    {
        Urls = parsed.GetValue(Urls)!,
        Data = parsed.GetValue(Data)!,
        Store = parsed.GetValue(Store),
        Cluster = parsed.GetValue(Cluster) is { } name && Ids.IsValid(name) ? name : throw new SettingException($"--cluster '{parsed.GetValue(Cluster)}' is not an id: 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ -"),
        Remote = new RemoteSettings { Address = parsed.GetValue(Remote), TlsFolder = parsed.GetValue(TlsDir), Insecure = parsed.GetValue(Insecure) },
        Config = parsed.GetValue(Config) is { } config ? File.Exists(config) ? config : throw new SettingException($"--config {config}: there is no such file.") : null,
        Queues = QueueList(parsed.GetValue(Queues)!),
        Slots = parsed.GetValue(Slots) is { } slots ? int.TryParse(slots, out var n) && n is >= 0 and <= 10_000 ? n : throw new SettingException("--slots is a number from 0 to 10000.") : null,
        Secrets = SecretKeys.Load(parsed.GetValue(SecretsKeyFile)),
        Colonies = ColoniesSettings.Read(parsed),
        ColoniesUrl = parsed.GetValue(ColoniesSettings.Url),
        // No option: others on the machine can read a command line.
        BootstrapKey = Environment.GetEnvironmentVariable("MUSTER_BOOTSTRAP_KEY") is { Length: > 0 } key ? key : null,
        LogLevel = Enum.TryParse<LogLevel>(parsed.GetValue(LogLevelOption), ignoreCase: true, out var level) ? level : throw new SettingException("--log-level is trace, debug, information, warning or error."),
        Drain = DurationJsonConverter.TryParse(parsed.GetValue(Drain)!, out var drain) && drain >= TimeSpan.Zero ? drain : throw new SettingException("--drain is a time like 10s or 5m."),
        Retention = DurationJsonConverter.TryParse(parsed.GetValue(Retention)!, out var keep) && keep > TimeSpan.Zero ? keep : throw new SettingException("--retention is a time like 12h or 7d."),
    };

    private static string[] QueueList(string text)
    {
        var queues = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return ServedQueue.Problem(queues, execAllowed: true) is { } wrong ? throw new SettingException($"--queues: {wrong}") : queues;
    }

    internal static Option<string> Setting(string name, string description, string? standard)
    {
        var variable = "MUSTER_" + name[2..].Replace('-', '_').ToUpperInvariant();
        return new Option<string>(name)
        {
            Description = $"{description} [{variable}]",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : standard!,
        };
    }
}
