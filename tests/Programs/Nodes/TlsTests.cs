using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Seed.Certificates;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs.Nodes;

/// <summary>The inside of a cluster that speaks mutual TLS: who has a certificate of its authority joins, and nobody else.</summary>
public sealed class TlsTests : ProgramsTest
{
    private static readonly string[] Here = ["127.0.0.1"];

    private readonly int _port = Ports.Free();
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly DevelopmentAuthority _authority;
    private SeedProcess? _seed;

    public TlsTests()
    {
        _authority = DevelopmentAuthority.New(_now.AddDays(-10));
        _authority.Sign(Folder.File("good"), Here, _now, _now.AddDays(1));
    }

    private Api Api => _seed!.Api;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Who_has_no_good_certificate_does_not_join_and_the_cluster_goes_on()
    {
        await SeedAsync("good");
        Directory.CreateDirectory(Folder.File("self"));
        SelfSigned(Folder.File("self"));
        using (var other = DevelopmentAuthority.New(_now))
        {
            other.Sign(Folder.File("other"), Here, _now, _now.AddDays(1));
        }

        _authority.Sign(Folder.File("expired"), Here, _now.AddDays(-2), _now.AddHours(-1));
        _authority.Sign(Folder.File("early"), Here, _now.AddDays(1), _now.AddDays(2));
        // The programs refuse some of these by themselves, so these peers are less polite.
        await using var plain = Try(null);
        await using var silent = Try("good", shows: false);
        await using var self = Try("self");
        await using var foreign = Try("other");
        await using var expired = Try("expired");
        await using var early = Try("early");
        await ShoutAsync("GET / HTTP/1.1\r\nHost: muster\r\n\r\n");
        await ShoutAsync(new string('\0', 1000));

        // A node of the same kind with a good certificate has joined by then, so the others had time enough.
        await using var good = Try("good");
        await good.JoinedAsync();
        foreach (var stranger in new[] { plain, silent, self, foreign, expired, early })
        {
            stranger.HasJoined.ShouldBeFalse(stranger.Name);
        }

        Node("good", "--name", "good-node");
        var id = await Api.SubmitAsync("""{"func":"echo","args":["here"]}""");
        (await Api.UntilAsync(id, "succeeded", 60))["executor"]!.GetValue<string>().ShouldBe("good-node");
        (await Api.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.OK);
        _seed!.Output.ShouldContain("was refused");
    }

    [Fact]
    public async Task A_node_joins_no_seed_of_another_authority_or_for_another_host()
    {
        _authority.Sign(Folder.File("elsewhere"), ["elsewhere.example"], _now, _now.AddDays(1));
        await SeedAsync("elsewhere");
        var node = Node("good", "--name", "node-1");
        await Eventually.SeeAsync(() => Task.FromResult(node.Output), output => output.Contains("not for the host that was called", StringComparison.Ordinal), 60);

        using var other = DevelopmentAuthority.New(_now);
        other.Sign(Folder.File("other"), Here, _now, _now.AddDays(1));
        var foreign = Node("other", "--name", "node-2");
        await Eventually.SeeAsync(() => Task.FromResult(foreign.Output), output => output.Contains("was refused", StringComparison.Ordinal), 60);
    }

    [Fact]
    public async Task The_command_makes_what_the_programs_take()
    {
        await CertsAsync(0, "--out", "seed", "--ca", "authority", "--name", "127.0.0.1", "--name", "localhost");
        await CertsAsync(0, "--out", "node", "--ca", "authority", "--name", "127.0.0.1", "--days", "30");
        foreach (var secret in new[] { "authority/ca.key", "seed/tls.key", "node/tls.key" })
        {
            File.GetUnixFileMode(Folder.File(secret)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, secret);
        }

        File.Exists(Folder.File("seed/ca.key")).ShouldBeFalse();
        await SeedAsync("seed");
        Node("node", "--name", "node-1");
        var id = await Api.SubmitAsync("""{"func":"echo","args":["here"]}""");
        (await Api.UntilAsync(id, "succeeded", 60))["executor"]!.GetValue<string>().ShouldBe("node-1");

        (await CertsAsync(2, "--out", "seed", "--name", "127.0.0.1")).ShouldContain("has a tls.key already");
        (await CertsAsync(2, "--out", "x", "--name", "no host")).ShouldContain("neither a host name nor an address");
        (await CertsAsync(2, "--out", "x", "--name", "h", "--days", "0")).ShouldContain("--days is a number");
    }

    [Theory]
    [InlineData("--remote", "10.1.2.3:4053", "needs mutual TLS")]
    [InlineData("--remote", "0.0.0.0:4053", "no address that other nodes could call")]
    [InlineData("--tls-dir", "missing", "has no tls.crt")]
    [InlineData("--tls-dir", "expired", "would refuse the certificate")]
    [InlineData("--tls-dir", "mixed", "would refuse the certificate")]
    [InlineData("--tls-dir", "broken", "cannot be used")]
    [InlineData("--config", "open.hocon", "akka.remote.dot-netty.tcp.hostname = \"0.0.0.0\"")]
    public async Task What_nothing_protects_is_not_opened(string option, string value, string reason)
    {
        _authority.Sign(Folder.File("expired"), Here, _now.AddDays(-2), _now.AddHours(-1));
        using (var other = DevelopmentAuthority.New(_now))
        {
            other.Sign(Folder.File("mixed"), Here, _now, _now.AddDays(1));
            await File.WriteAllTextAsync(Folder.File("mixed/ca.crt"), _authority.Pem);
        }

        _authority.Sign(Folder.File("broken"), Here, _now, _now.AddDays(1));
        await File.WriteAllTextAsync(Folder.File("broken/tls.key"), "no key");
        await File.WriteAllTextAsync(Folder.File("open.hocon"), "akka.remote.dot-netty.tcp.hostname = \"0.0.0.0\"");

        await using var seed = SeedProcess.Start(Folder.Path, null, "--urls", "http://127.0.0.1:0", option, value);
        (await seed.ExitAsync()).ShouldBe(2, seed.Output);
        seed.Output.ShouldContain(reason);
        if (option != "--config")
        {
            await using var node = ProgramProcess.StartBeside(Folder.Path, "Cluster.Node.dll", "--seed", "127.0.0.1:1", option, value);
            (await node.ExitAsync()).ShouldBe(2, node.Output);
            node.Output.ShouldContain(reason);
        }
    }

    [Fact]
    public async Task A_node_of_a_seed_elsewhere_needs_an_address_of_its_own()
    {
        await using var node = ProgramProcess.StartBeside(Folder.Path, "Cluster.Node.dll", "--seed", "192.0.2.1:4053");
        (await node.ExitAsync()).ShouldBe(2, node.Output);
        node.Output.ShouldContain("--remote HOST:PORT");
    }

    private async Task SeedAsync(string certificates) =>
        _seed = await StartSeedAsync("--slots", "0", "--remote", $"127.0.0.1:{_port}", "--tls-dir", certificates, "--log-level", "information");

    private ProgramProcess Node(string certificates, params string[] more) => StartNode(["--seed", $"127.0.0.1:{_port}", "--tls-dir", certificates, .. more]);

    private Stranger Try(string? certificates, bool shows = true) => Stranger.Start(certificates is null ? null : Folder.File(certificates), _port, shows);

    private async Task ShoutAsync(string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
    }

    private async Task<string> CertsAsync(int exit, params string[] arguments)
    {
        await using var command = SeedProcess.Start(Folder.Path, null, ["certs", .. arguments]);
        (await command.ExitAsync()).ShouldBe(exit, command.Output);
        return command.Output;
    }

    private void SelfSigned(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(_now.AddHours(-1), _now.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
