using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Muster.Runtime.Instances;

namespace Muster.Runtime.Containers;

/// <summary>The containers of one owner on an engine that has the API of Docker. All that is known of them stands in their labels, so that nothing is lost with this program.</summary>
public sealed class ContainerHost : IDisposable
{
    private const string OwnerLabel = "muster.owner";
    private const string InstanceLabel = "muster.instance";
    private const string DeploymentLabel = "muster.deployment";
    private const string NamespaceLabel = "muster.namespace";
    private const string RevisionLabel = "muster.revision";

    private const double Nano = 1e9;

    private readonly ContainerHostOptions _options;
    private readonly DockerClient _engine;

    /// <summary>Speaks with an engine; nothing is asked yet.</summary>
    /// <param name="options">Which, and for whom.</param>
    public ContainerHost(ContainerHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _engine = new DockerClientBuilder().WithEndpoint(options.Engine).WithTimeout(options.Within).Build();
    }

    /// <summary>All containers of the owner, also those that have ended.</summary>
    /// <exception cref="ContainerEngineException">The engine does not answer, or refuses.</exception>
    public async Task<ImmutableArray<ContainerStatus>> ListAsync(CancellationToken cancelled = default)
    {
        var statuses = ImmutableArray.CreateBuilder<ContainerStatus>();
        foreach (var container in await FoundAsync(instance: null, cancelled).ConfigureAwait(false))
        {
            if (await StatusAsync(container, cancelled).ConfigureAwait(false) is { } status)
            {
                statuses.Add(status);
            }
        }

        return statuses.DrainToImmutable();
    }

    /// <summary>Makes a container run. One that runs in this revision is left as it is; one of this revision that has ended is started again; one of another revision, and
    /// one too many of the same instance, is removed and replaced.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="cancelled">Ends the wait; what the engine was asked to do may be done all the same.</param>
    /// <exception cref="ArgumentException">The spec is wrong; the message names everything that is.</exception>
    /// <exception cref="ContainerEngineException">The engine does not answer, has no such image, or cannot start it.</exception>
    public async Task<ContainerStatus> StartAsync(ContainerSpec spec, CancellationToken cancelled = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (string.Join(' ', spec.Problems()) is { Length: > 0 } problems)
        {
            throw new ArgumentException(problems, nameof(spec));
        }

        var found = await FoundAsync(spec.Instance, cancelled).ConfigureAwait(false);
        if (found is [var one] && RevisionOf(one) == spec.Revision && one.Labels[DeploymentLabel] == spec.Deployment)
        {
            // What runs already answers with "not modified", which is no error.
            await AskAsync(() => _engine.Containers.StartContainerAsync(one.ID, new ContainerStartParameters(), cancelled)).ConfigureAwait(false);
        }
        else
        {
            foreach (var old in found)
            {
                await RemoveAsync(old, cancelled).ConfigureAwait(false);
            }

            await CreateAsync(spec, cancelled).ConfigureAwait(false);
        }

        var container = (await FoundAsync(spec.Instance, cancelled).ConfigureAwait(false))[0];
        return (await StatusAsync(container, cancelled).ConfigureAwait(false))!;
    }

    /// <summary>Stops a container: asks it to end, and ends it after the time. It stays, with its log.</summary>
    /// <param name="instance">The id of the instance; one that is not there has ended already.</param>
    /// <param name="within">How long it gets.</param>
    /// <param name="cancelled">Ends the wait.</param>
    /// <exception cref="ContainerEngineException">The engine does not answer, or refuses.</exception>
    public async Task StopAsync(string instance, TimeSpan within, CancellationToken cancelled = default)
    {
        foreach (var container in await FoundAsync(instance, cancelled).ConfigureAwait(false))
        {
            await AskAsync(() => _engine.Containers.StopContainerAsync(container.ID, new ContainerStopParameters { WaitBeforeKillSeconds = (uint)Math.Ceiling(within.TotalSeconds) }, cancelled)).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a container, also one that runs.</summary>
    /// <param name="instance">The id of the instance; one that is not there is removed already.</param>
    /// <param name="cancelled">Ends the wait.</param>
    /// <exception cref="ContainerEngineException">The engine does not answer, or refuses.</exception>
    public async Task RemoveAsync(string instance, CancellationToken cancelled = default)
    {
        foreach (var container in await FoundAsync(instance, cancelled).ConfigureAwait(false))
        {
            await RemoveAsync(container, cancelled).ConfigureAwait(false);
        }
    }

    /// <summary>The last lines that a container wrote, oldest first; none when it is not there.</summary>
    /// <param name="instance">The id of the instance.</param>
    /// <param name="lines">How many.</param>
    /// <param name="cancelled">Ends the wait.</param>
    /// <exception cref="ContainerEngineException">The engine does not answer, or refuses.</exception>
    public async Task<ImmutableArray<string>> LogAsync(string instance, int lines, CancellationToken cancelled = default)
    {
        if (await FoundAsync(instance, cancelled).ConfigureAwait(false) is not [var container, ..])
        {
            return [];
        }

        return await AskAsync(async () =>
        {
            using var stream = await _engine.Containers.GetContainerLogsAsync(
                container.ID, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = lines.ToString(CultureInfo.InvariantCulture) }, cancelled).ConfigureAwait(false);
            using var text = new MemoryStream();
            await stream.CopyOutputToAsync(Stream.Null, text, text, cancelled).ConfigureAwait(false);
            return Encoding.UTF8.GetString(text.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r')).TakeLast(lines).ToImmutableArray();
        }).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _engine.Dispose();

    private async Task CreateAsync(ContainerSpec spec, CancellationToken cancelled)
    {
        var created = await AskAsync(() => _engine.Containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Name = $"muster-{_options.Owner}-{spec.Instance}",
                Image = spec.Image,
                Cmd = spec.Command.IsDefaultOrEmpty ? null! : [.. spec.Command],
                Env = [.. EnvironmentOf(spec).Select(v => $"{v.Key}={v.Value}")],
                Labels = new Dictionary<string, string>
                {
                    [OwnerLabel] = _options.Owner,
                    [InstanceLabel] = spec.Instance,
                    [DeploymentLabel] = spec.Deployment,
                    [NamespaceLabel] = spec.Namespace,
                    [RevisionLabel] = spec.Revision.ToString(CultureInfo.InvariantCulture),
                },
                HostConfig = new HostConfig
                {
                    NetworkMode = _options.Network!,
                    Memory = spec.Memory ?? 0,
                    NanoCPUs = (long)((spec.Cpu ?? 0) * Nano),
                    Ulimits = [.. Limits()],
                },
            },
            cancelled)).ConfigureAwait(false);
        try
        {
            await AskAsync(() => _engine.Containers.StartContainerAsync(created.ID, new ContainerStartParameters(), cancelled)).ConfigureAwait(false);
        }
        catch (ContainerEngineException)
        {
            // What cannot be started must not stand there as if it had run.
            await AskAsync(() => _engine.Containers.RemoveContainerAsync(created.ID, new ContainerRemoveParameters { Force = true }, CancellationToken.None)).ConfigureAwait(false);
            throw;
        }
    }

    private static Dictionary<string, string> EnvironmentOf(ContainerSpec spec)
    {
        var environment = spec.Env.SetItems(spec.Secrets).ToDictionary(StringComparer.Ordinal);
        environment["MUSTER_NAMESPACE"] = spec.Namespace;
        environment["MUSTER_DEPLOYMENT"] = spec.Deployment;
        environment["MUSTER_REVISION"] = spec.Revision.ToString(CultureInfo.InvariantCulture);
        environment["MUSTER_INSTANCE"] = spec.Instance;
        return environment;
    }

    private IEnumerable<Ulimit> Limits()
    {
        foreach (var (name, limit) in new[] { ("nofile", _options.OpenFiles), ("nproc", _options.Processes) })
        {
            if (limit is { } most)
            {
                yield return new Ulimit { Name = name, Soft = most, Hard = most };
            }
        }
    }

    private Task RemoveAsync(ContainerListResponse container, CancellationToken cancelled) =>
        AskAsync(() => _engine.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancelled));

    private async Task<IList<ContainerListResponse>> FoundAsync(string? instance, CancellationToken cancelled)
    {
        var labels = new Dictionary<string, bool> { [$"{OwnerLabel}={_options.Owner}"] = true };
        if (instance is not null)
        {
            labels[$"{InstanceLabel}={instance}"] = true;
        }

        return await AskAsync(() => _engine.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = labels } }, cancelled)).ConfigureAwait(false);
    }

    private static long RevisionOf(ContainerListResponse container) =>
        container.Labels.TryGetValue(RevisionLabel, out var revision) && long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // Null when it is gone since it was listed.
    private async Task<ContainerStatus?> StatusAsync(ContainerListResponse container, CancellationToken cancelled)
    {
        var (state, reason) = container.State switch
        {
            "running" when container.Status?.Contains("unhealthy", StringComparison.Ordinal) == true => (InstanceState.Unhealthy, "Its health check fails."),
            "running" when container.Status?.Contains("health: starting", StringComparison.Ordinal) == true => (InstanceState.Starting, null),
            "running" => (InstanceState.Healthy, null),
            "created" or "configured" or "initialized" or "restarting" => (InstanceState.Starting, null),
            "paused" => (InstanceState.Unhealthy, "It is paused."),
            "removing" or "stopping" => (InstanceState.Stopping, null),
            _ => (InstanceState.Exited, (string?)null),
        };
        int? code = null;
        if (state == InstanceState.Exited)
        {
            try
            {
                var ended = (await _engine.Containers.InspectContainerAsync(container.ID, cancelled).ConfigureAwait(false)).State;
                code = (int)(ended?.ExitCode ?? 0);
                reason = ended is null ? null : ended.OOMKilled ? "It used more memory than its limit and was ended."
                    : string.IsNullOrEmpty(ended.Error) ? string.Create(CultureInfo.InvariantCulture, $"It ended with exit code {code}.") : ended.Error;
            }
            catch (DockerContainerNotFoundException)
            {
                return null;
            }
        }

        return new ContainerStatus(Label(InstanceLabel), Label(DeploymentLabel), Label(NamespaceLabel), RevisionOf(container), container.ID, state, reason, code);

        string Label(string name) => container.Labels.TryGetValue(name, out var value) ? value : "";
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question().ConfigureAwait(false);
        }
        catch (Exception e) when (e is DockerApiException or HttpRequestException or IOException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw new ContainerEngineException(e is DockerApiException answer ? $"The engine answered {(int)answer.StatusCode}: {answer.ResponseBody ?? answer.Message}" : $"The engine does not answer: {e.Message}", e);
        }
    }

    private static Task AskAsync(Func<Task> question) => AskAsync(async () =>
    {
        await question().ConfigureAwait(false);
        return true;
    });
}
