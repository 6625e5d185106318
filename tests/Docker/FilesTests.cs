using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Docker;

/// <summary>The files for containers: what they say is complete, agrees with each other and is what the programs understand.</summary>
public sealed partial class FilesTests
{
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(60);

    /// <summary>What the seed reads from the environment alone; its help names the rest.</summary>
    private const string BootstrapKey = "MUSTER_BOOTSTRAP_KEY";

    private static readonly IReadOnlyList<JsonNode> Kubernetes = [.. new[] { "seeds.yaml", "nodes.yaml", "secrets.example.yaml" }.SelectMany(f => Yaml.Read("docker", "kubernetes", f))];
    private static readonly JsonNode Compose = Yaml.Read("docker", "compose.yaml").Single();
    private static readonly string Dockerfile = File.ReadAllText(Repository.File("docker", "Dockerfile"));

    [Fact]
    public void The_images_run_as_nobody_special_and_know_whether_they_are_well()
    {
        var stages = Stages();
        stages["base"].ShouldContain("USER 10001:10001");
        stages["base"].ShouldContain("STOPSIGNAL SIGTERM");
        foreach (var (target, assembly) in new[] { ("seed", "Cluster.Seed.dll"), ("node", "Cluster.Node.dll") })
        {
            stages[target].ShouldStartWith("FROM base");
            stages[target].ShouldContain($"\"/app/{assembly}\", \"healthcheck\"]");
            stages[target].ShouldContain($"ENTRYPOINT [\"dotnet\", \"/app/{assembly}\"]");
            stages[target].ShouldNotContain("USER");
        }
    }

    [Fact]
    public async Task What_the_files_set_is_what_the_programs_read()
    {
        var known = new Dictionary<string, string> { ["seed"] = await HelpAsync("Cluster.Seed.dll") + BootstrapKey, ["node"] = await HelpAsync("Cluster.Node.dll") };
        var set = new List<(string Program, string Where, string Word)>();
        foreach (var (name, service) in Programs())
        {
            var program = service["build"]!["target"]!.Text();
            set.AddRange(service["environment"]?.AsObject().Select(e => (program, name, e.Key)) ?? []);
            set.AddRange(service["command"]?.AsArray().Select(w => (program, name, w!.Text())) ?? []);
        }

        foreach (var container in Containers(init: true).Concat(Containers()))
        {
            var program = ProgramOf(container);
            set.AddRange(Env(container).Select(e => (program, container["name"]!.Text(), e["name"]!.Text())));
            set.AddRange(container["args"]?.AsArray().Select(w => (program, container["name"]!.Text(), w!.Text())) ?? []);
        }

        foreach (var stage in Stages().Where(s => s.Key is "base" or "seed" or "node"))
        {
            set.AddRange(Variable().Matches(stage.Value).Select(m => (stage.Key == "node" ? "node" : "seed", $"stage {stage.Key}", m.Value)));
        }

        set.Count.ShouldBeGreaterThan(30);
        // A pod's own address is for its other variables.
        set.Where(s => s.Word != "POD_IP" && !Regex.IsMatch(known[s.Program], $"(?<![A-Z_-]){Regex.Escape(s.Word)}(?![A-Z_-])")).ShouldBeEmpty();
    }

    [Fact]
    public void Compose_keeps_to_itself_what_is_not_for_others()
    {
        var services = Compose["services"]!.AsObject();
        foreach (var (name, service) in services)
        {
            service!["deploy"]!["resources"]!["limits"]!["memory"].ShouldNotBeNull(name);
            (service["user"] is not null || service["build"] is not null).ShouldBeTrue($"{name} runs as root");
            (service["healthcheck"] is not null || Stages()[service["build"]!["target"]!.Text()].Contains("HEALTHCHECK", StringComparison.Ordinal)).ShouldBeTrue(name);
            foreach (var port in service["ports"]?.AsArray() ?? [])
            {
                port!.Text().ShouldStartWith("127.0.0.1:", customMessage: name);
            }

            foreach (var needed in service["depends_on"]?.AsObject() ?? [])
            {
                services.ContainsKey(needed.Key).ShouldBeTrue($"{name} waits for {needed.Key}");
            }

            foreach (var volume in service["volumes"]?.AsArray() ?? [])
            {
                Compose["volumes"]!.AsObject().ContainsKey(volume!.Text().Split(':')[0]).ShouldBeTrue($"{name}: {volume}");
            }
        }

        foreach (var (name, service) in Programs())
        {
            service["cap_drop"]!.AsArray().Single()!.Text().ShouldBe("ALL", name);
            service["read_only"]!.Text().ShouldBe("true", name);
            if (service["environment"] is { } environment)
            {
                environment["MUSTER_REMOTE"]!.Text().ShouldBe($"{name}:4053", "the name of its certificate, and of the service");
                environment["MUSTER_TLS_DIR"]!.Text().ShouldBe($"/tls/{name}");
                services["certs"]!["entrypoint"]!.AsArray()[^1]!.Text().ShouldContain(name);
                Duration(service["stop_grace_period"]!.Text()).ShouldBeGreaterThan(Duration(environment["MUSTER_DRAIN"]?.Text() ?? "10s") + HandOver, name);
            }
        }

        // What is secret is said by who runs it.
        var example = File.ReadAllText(Repository.File("docker", ".env.example"));
        foreach (Match asked in Asked().Matches(File.ReadAllText(Repository.File("docker", "compose.yaml"))))
        {
            example.ShouldContain($"\n{asked.Groups[1].Value}=\n");
        }
    }

    [Fact]
    public void Every_container_of_Kubernetes_is_watched_bounded_and_unprivileged()
    {
        Workloads().Select(w => $"{w["kind"]} {w["metadata"]!["name"]}").ShouldBe(["StatefulSet muster-seed", "Deployment muster-node"]);
        foreach (var pod in Workloads().Select(Pod))
        {
            pod["securityContext"]!["runAsNonRoot"]!.Text().ShouldBe("true");
            pod["securityContext"]!["runAsUser"]!.Text().ShouldBe("10001");
        }

        foreach (var container in Containers(init: true).Concat(Containers()))
        {
            var name = container["name"]!.Text();
            container["securityContext"]!["allowPrivilegeEscalation"]!.Text().ShouldBe("false", name);
            container["securityContext"]!["readOnlyRootFilesystem"]!.Text().ShouldBe("true", name);
            container["securityContext"]!["capabilities"]!["drop"]!.AsArray().Single()!.Text().ShouldBe("ALL", name);
            container["resources"]!["requests"]!["cpu"].ShouldNotBeNull(name);
            container["resources"]!["requests"]!["memory"].ShouldNotBeNull(name);
            container["resources"]!["limits"]!["memory"].ShouldNotBeNull(name);
        }

        foreach (var container in Containers())
        {
            foreach (var (probe, path) in new[] { ("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready") })
            {
                container[probe]!["httpGet"]!["path"]!.Text().ShouldBe(path);
                Ports(container).ShouldContainKey(container[probe]!["httpGet"]!["port"]!.Text());
            }
        }
    }

    [Fact]
    public void What_the_objects_of_Kubernetes_name_is_there()
    {
        var labels = Workloads().Select(w => w["spec"]!["template"]!["metadata"]!["labels"]!.AsObject()).ToList();
        foreach (var selector in Kubernetes.Select(Selector).OfType<JsonObject>())
        {
            labels.ShouldContain(l => selector.All(s => l[s.Key] != null && l[s.Key]!.Text() == s.Value!.Text()), selector.ToJsonString());
        }

        foreach (var workload in Workloads())
        {
            var pod = Pod(workload);
            var volumes = pod["volumes"]!.AsArray().ToDictionary(v => v!["name"]!.Text());
            foreach (var container in pod["initContainers"]!.AsArray().Concat(pod["containers"]!.AsArray()))
            {
                foreach (var mount in container!["volumeMounts"]!.AsArray())
                {
                    volumes.ShouldContainKey(mount!["name"]!.Text());
                }

                foreach (var variable in Env(container))
                {
                    // A number without quotes is refused by Kubernetes.
                    (variable["value"] is null || variable["value"]!.GetValueKind() == JsonValueKind.String).ShouldBeTrue(variable.ToJsonString());
                    if (variable["valueFrom"]?["secretKeyRef"] is { } secret)
                    {
                        Named("Secret", secret["name"]!.Text())["stringData"]!.AsObject().ShouldContainKey(secret["key"]!.Text());
                    }
                }
            }

            foreach (var volume in volumes.Values.Where(v => v!["secret"] is not null))
            {
                Named("Secret", volume!["secret"]!["secretName"]!.Text());
            }
        }

        var set = Workloads()[0];
        Named("Service", set["spec"]!["serviceName"]!.Text())["spec"]!["clusterIP"]!.Text().ShouldBe("None");
        var list = Yaml.Read("docker", "kubernetes", "kustomization.yaml").Single();
        foreach (var file in list["resources"]!.AsArray())
        {
            File.Exists(Repository.File("docker", "kubernetes", file!.Text())).ShouldBeTrue(file!.Text());
        }

        list["images"]!.AsArray().Select(i => i!["name"]!.Text()).ShouldBe(Containers(init: true).Concat(Containers()).Select(c => c["image"]!.Text()).Distinct(), ignoreOrder: true);
    }

    [Fact]
    public void The_addresses_are_those_of_the_ports_and_a_stop_has_the_time_that_it_needs()
    {
        foreach (var workload in Workloads())
        {
            var pod = Pod(workload);
            var container = pod["containers"]!.AsArray().Single()!;
            var ports = Ports(container);
            Value(container, "MUSTER_REMOTE").ShouldBe($"$(POD_IP):{ports["remote"]}");
            var http = ports.ContainsKey("gateway") ? Value(container, "MUSTER_URLS") : Value(container, "MUSTER_HEALTH");
            http.ShouldEndWith($"0.0.0.0:{ports.GetValueOrDefault("gateway") ?? ports["health"]}");
            // A variable is composed of those before it.
            Env(container).First()["name"]!.Text().ShouldBe("POD_IP");

            var pause = container["lifecycle"]?["preStop"]?["exec"]?["command"]?.AsArray()[^1]!.Text() is { } sleep ? Duration($"{sleep}s") : TimeSpan.Zero;
            Duration($"{pod["terminationGracePeriodSeconds"]!.Text()}s").ShouldBeGreaterThan(pause + Duration(Value(container, "MUSTER_DRAIN")) + HandOver);
        }
    }

    private static IEnumerable<(string Name, JsonNode Service)> Programs() =>
        Compose["services"]!.AsObject().Where(s => s.Value!["build"] is not null).Select(s => (s.Key, s.Value!));

    private static IReadOnlyList<JsonNode> Workloads() => [.. Kubernetes.Where(o => o["kind"]!.Text() is "StatefulSet" or "Deployment")];

    private static JsonNode Pod(JsonNode workload) => workload["spec"]!["template"]!["spec"]!;

    private static IEnumerable<JsonNode> Containers(bool init = false) => Workloads().SelectMany(w => Pod(w)[init ? "initContainers" : "containers"]!.AsArray()).Select(c => c!);

    private static string ProgramOf(JsonNode container) => container["image"]!.Text() == "muster-seed" ? "seed" : "node";

    private static IEnumerable<JsonNode> Env(JsonNode container) => container["env"]?.AsArray().Select(e => e!) ?? [];

    private static string Value(JsonNode container, string variable) => Env(container).Single(e => e["name"]!.Text() == variable)["value"]!.Text();

    private static Dictionary<string, string> Ports(JsonNode container) => container["ports"]!.AsArray().ToDictionary(p => p!["name"]!.Text(), p => p!["containerPort"]!.Text());

    private static JsonNode Named(string kind, string name) => Kubernetes.Single(o => o["kind"]!.Text() == kind && o["metadata"]!["name"]!.Text() == name);

    private static JsonObject? Selector(JsonNode o) => (o["spec"]?["selector"]?["matchLabels"] ?? o["spec"]?["selector"])?.AsObject();

    private static TimeSpan Duration(string text) =>
        int.Parse(text[..^1], CultureInfo.InvariantCulture) * (text[^1] == 'm' ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1));

    private static Dictionary<string, string> Stages() =>
        Dockerfile.Split("\nFROM ").Skip(1).ToDictionary(s => s.Split('\n')[0].Split(" AS ")[1], s => $"FROM {s}");

    private static async Task<string> HelpAsync(string program)
    {
        using var folder = new TestFolder();
        await using var help = ProgramProcess.StartBeside(folder.Path, program, "--help");
        (await help.ExitAsync()).ShouldBe(0);
        return help.Output;
    }

    [GeneratedRegex("MUSTER_[A-Z_]+(?==)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\{([A-Z_]+)")]
    private static partial Regex Asked();
}
