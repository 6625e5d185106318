using System.Globalization;
using System.Runtime.Versioning;
using Muster.Runtime.Instances;

namespace Muster.Runtime.Agents;

/// <summary>Finds a folder for the instances of this node: the first numbered one that no other node uses, so that one that was killed finds its instances again.</summary>
[SupportedOSPlatform("linux")]
internal static class InstanceFolders
{
    private const int Most = 100;

    /// <summary>Opens the instances of the first free folder.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static InstanceHost Open(string folder, IInstancePools pools, Action<InstanceStatus> listener, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        for (var n = 0; ; n++)
        {
            try
            {
                var own = Path.Combine(Path.GetFullPath(folder), n.ToString(CultureInfo.InvariantCulture));
                return new InstanceHost(new InstanceHostOptions { Folder = own }, pools, listener, clock);
            }
            catch (IOException) when (n < Most)
            {
                // Another node of this machine has it.
            }
        }
    }
}
