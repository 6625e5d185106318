using System.Security.Cryptography;
using System.Text;

namespace Muster.Runtime.Instances;

/// <summary>What an instance needs of its host.</summary>
/// <param name="Options">How instances are run.</param>
/// <param name="Pools">What pulls processes; null when nothing does.</param>
/// <param name="Changed">Hears every change of a status, in order; must not wait.</param>
/// <param name="Clock">The time.</param>
internal sealed record InstanceSurroundings(InstanceHostOptions Options, IInstancePools? Pools, Action<InstanceStatus> Changed, TimeProvider Clock)
{
    /// <summary>A name for control groups that no other host of the machine gives.</summary>
    public string GroupName(InstanceSpec spec) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.Combine(Path.GetFullPath(Options.Folder), spec.Instance))))[..32];
}
