namespace Muster.Bench.Peers.Compare;

/// <summary>What has to be installed or built. <c>bench/compare</c> knows the words.</summary>
internal static class Requirement
{
    public const string Muster = "muster";
    public const string Hangfire = "hangfire";
    public const string Node = "node";
    public const string PostgreSql = "postgresql";
    public const string Redis = "redis";
}
