using Akka.Util;

namespace Muster.Messages;

/// <summary>Which shard an entity lives in. Stands in the read model too, so neither hash nor count can change for a store.</summary>
public static class Shards
{
    /// <summary>The number of an entity's shard, from 0. The hash is unsigned: an absolute value would throw for one id in 2^32.</summary>
    public static int Of(string entityId, int count) => (int)((uint)MurmurHash.StringHash(entityId) % (uint)count);
}
