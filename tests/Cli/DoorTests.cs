using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli;

/// <summary>A gateway that is not there, or does not let one in: one line, and exit code 3.</summary>
[Collection(CliCollection.Name)]
public sealed class DoorTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Nobody_is_there() => await RefusedAsync([$"127.0.0.1:{Ports.Free(1)[0]}", "cluster", "show"], cluster.Variables, "No gateway answers at");

    [Fact]
    public async Task There_is_no_such_machine() => await RefusedAsync(["no-such-machine.invalid:8080", "cluster", "show"], cluster.Variables, "no-such-machine.invalid");

    [Fact]
    public async Task The_key_is_missing_or_wrong()
    {
        await RefusedAsync(["cluster", "show"], With("MUSTER_KEY", ""), "MUSTER_KEY");
        await RefusedAsync(["ps"], With("MUSTER_KEY", "muster_nobody_00"), "no such key");
    }

    [Fact]
    public async Task The_address_is_none()
    {
        var result = await Tool.RunAsync(cluster.Folder.Path, With("MUSTER_URL", "nonsense"), ["ps"]);
        (result.Exit, result.Error.Split('\n')[0]).ShouldBe((2, "MUSTER_URL 'nonsense' is no address. Set it to HOST:PORT or https://HOST."));
    }

    [Theory]
    [InlineData(200, "text/html", "<html>hi</html>", "is no Muster gateway")]
    [InlineData(404, "application/problem+json", """{"status":404,"detail":"There is nothing at /v1/cluster. See /openapi/v1.json."}""", "of another version")]
    [InlineData(503, "application/problem+json", """{"status":503,"detail":"It is busy."}""", "cannot answer now: It is busy.")]
    public async Task What_answers_is_something_else(int status, string mediaType, string body, string said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var served = ServeAsync(listener, $"HTTP/1.1 {status} X\r\nContent-Type: {mediaType}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await RefusedAsync([$"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "cluster", "show"], cluster.Variables, said);
        await served;
    }

    [Fact]
    public async Task The_certificate_is_not_trusted()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=stranger", rsa, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var served = ServeTlsAsync(listener, certificate);
        await RefusedAsync([$"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "cluster", "show"], cluster.Variables, "is not trusted");
        await served;
    }

    private static async Task ServeAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var buffer = new byte[4096];
        await stream.ReadAtLeastAsync(buffer, 1);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
    }

    private static async Task ServeTlsAsync(TcpListener listener, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = new System.Net.Security.SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(certificate);
            await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The other side has hung up, as it should.
        }
    }

    private static async Task RefusedAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, string said)
    {
        using var folder = new TestFolder();
        var result = await Tool.RunAsync(folder.Path, variables, arguments);
        (result.Exit, result.Output).ShouldBe((3, ""), result.Error);
        result.Error.TrimEnd('\n').Split('\n').ShouldHaveSingleItem().ShouldContain(said);
    }

    private Dictionary<string, string> With(string name, string value) => new(cluster.Variables) { [name] = value };
}
