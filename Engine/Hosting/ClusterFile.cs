namespace Muster.Engine.Hosting;

/// <summary>Where a seed says how its inside is reached, for nodes on the same machine: a file in its data folder, with a line HOST:PORT, and a second line with the address of a store that nodes can share. Only its owner may read it.</summary>
public static class ClusterFile
{
    /// <summary>Its name.</summary>
    public const string Name = "cluster.address";

    /// <summary>Says it. What an earlier seed left there is replaced.</summary>
    /// <param name="folder">The data folder; made when missing.</param>
    /// <param name="contact">What to say.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, ClusterContact contact) =>
        OwnerFile.Write(Path.Combine(folder, Name), contact.Store is { } store ? $"{contact.Address}\n{store}\n" : $"{contact.Address}\n");

    /// <summary>What a seed has said, or null when none has.</summary>
    /// <param name="folder">The data folder.</param>
    public static ClusterContact? Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        return File.Exists(path) && File.ReadAllLines(path) is [var address, .. var more] ? new ClusterContact(address, more.FirstOrDefault()) : null;
    }

    /// <summary>Takes back what <see cref="Write"/> said, unless another seed has said something else since.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="contact">What was said.</param>
    public static void Remove(string folder, ClusterContact contact)
    {
        if (Read(folder) == contact)
        {
            File.Delete(Path.Combine(folder, Name));
        }
    }
}
