using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Bench.Peers.Compare.Servers;

/// <summary>A Redis of our own with an append-only file.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    public const string Program = "redis-server";

    private readonly ServerProcess _server;

    private RedisServer(ServerProcess server, int port) => (_server, Address) = (server, $"127.0.0.1:{port}");

    public string Address { get; }

    /// <summary>Starts an empty one.</summary>
    /// <param name="parent">The folder for folders.</param>
    /// <param name="fsync">When it flushes its file: <c>always</c> or <c>everysec</c>.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<RedisServer> StartAsync(string parent, string fsync, CancellationToken cancel)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, "redis")).FullName;
        var port = Ports.Free();
        // Without snapshots: the append-only file is what makes it durable, and they would only cost.
        var server = await ServerProcess.StartAsync(
            "Redis", folder,
            [Program, "--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", fsync, "--maxmemory-policy", "noeviction"],
            Programs.Terminate, () => Answers(port), cancel);
        return new RedisServer(server, port);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<bool> Answers(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray());
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer);
            return Encoding.ASCII.GetString(answer) == "+PONG";
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }
}
