namespace Muster.Engine.Hosting;

/// <summary>Where a seed says how its inside is reached, for nodes on the same machine: a file in its data folder, with a line HOST:PORT. Only its owner may read it.</summary>
public static class ClusterFile
{
    /// <summary>Its name.</summary>
    public const string Name = "cluster.address";

    /// <summary>Says it. What an earlier seed left there is replaced.</summary>
    /// <param name="folder">The data folder; made when missing.</param>
    /// <param name="address">HOST:PORT.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, string address) => OwnerFile.Write(Path.Combine(folder, Name), $"{address}\n");

    /// <summary>The address, or null when no seed has left one.</summary>
    /// <param name="folder">The data folder.</param>
    public static string? Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        return File.Exists(path) ? File.ReadLines(path).FirstOrDefault() : null;
    }

    /// <summary>Takes back what <see cref="Write"/> said, unless another seed has said something else since.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="address">What was said.</param>
    public static void Remove(string folder, string address)
    {
        if (Read(folder) == address)
        {
            File.Delete(Path.Combine(folder, Name));
        }
    }
}
