using Muster.Gateway.Colonies.Wire;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>What concerns the server as a whole.</summary>
internal static class ServerMessages
{
    private const string Version = "1.9.12";
    private const int IdLength = 64;

    public static void AddTo(MessageTable table) => table
        .OnUnsigned("versionmsg", _ => Task.FromResult(new ColoniesReply(new VersionWire(Version, BuildTime, "versionmsg"))))
        .OnUnsigned("getserverinfomsg", ServerInfo)
        .On("getstatisticsmsg", StatisticsAsync)
        .On("getclustermsg", Cluster)
        .On("changeserveridmsg", ChangeServerIdAsync);

    /// <summary>An id as clients make them.</summary>
    /// <exception cref="ColoniesException">It has another length.</exception>
    public static string NeedId(string id, string what) => id.Length == IdLength ? id : throw new ColoniesException(400, $"The {what} has {id.Length} characters; an id has {IdLength}.");

    private static string BuildTime => File.GetLastWriteTimeUtc(typeof(ServerMessages).Assembly.Location).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private static Task<ColoniesReply> ServerInfo(ColoniesCall call) => Task.FromResult(new ColoniesReply(
        new ServerInfoWire(Version, BuildTime, [new BackendWire("http", call.Services.Options.ToldPort)])));

    private static async Task<ColoniesReply> StatisticsAsync(ColoniesCall call)
    {
        call.Roles.NeedServerOwner();
        return new ColoniesReply(await Statistics.OfAllAsync(call.Services, call.Cancel).ConfigureAwait(false));
    }

    private static Task<ColoniesReply> Cluster(ColoniesCall call)
    {
        call.Roles.NeedServerOwner();
        var here = Akka.Cluster.Cluster.Get(call.Services.System);
        var nodes = here.State.Members.Where(m => m.HasRole("seed")).Select(m => Node(m.Address, call.Services)).ToList();
        var leader = here.State.Members.Where(m => m.HasRole("seed")).Order(Akka.Cluster.Member.AgeOrdering).FirstOrDefault();
        return Task.FromResult(new ColoniesReply(new ClusterWire(nodes, Node(leader?.Address ?? here.SelfAddress, call.Services))));
    }

    private static NodeWire Node(Akka.Actor.Address address, ColoniesServices services) =>
        new($"{address.Host}:{address.Port}", address.Host ?? "", 0, address.Port ?? 0, 0, services.Options.ToldPort);

    private static async Task<ColoniesReply> ChangeServerIdAsync(ColoniesCall call)
    {
        call.Roles.NeedServerOwner();
        var id = NeedId(call.Read<Requests.OfColony>().ServerId, "server id");
        await call.OnceAsync(() => call.Services.Server.ChangeAsync(id)).ConfigureAwait(false);
        return new ColoniesReply(call.Json);
    }

    private sealed record VersionWire(string BuildVersion, string BuildTime, string MsgType);

    private sealed record ServerInfoWire(string BuildVersion, string BuildTime, IReadOnlyList<BackendWire> Backends);

    private sealed record BackendWire(string Type, int Port);

    private sealed record ClusterWire(IReadOnlyList<NodeWire> Nodes, NodeWire Leader);

    private sealed record NodeWire(string Name, string Host, int Port, int PeerPort, int RelayPort, int ApiPort);
}
