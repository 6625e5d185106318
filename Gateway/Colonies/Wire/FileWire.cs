namespace Muster.Gateway.Colonies.Wire;

/// <summary>What is known of a file; its bytes lie elsewhere.</summary>
internal sealed record FileWire
{
    /// <summary>The kind of its record; the key is the id, the tag the key of its <see cref="Files.FileHead"/>.</summary>
    public const string Kind = "colonies.file";

    public string FileId { get; init; } = "";

    public string ColonyName { get; init; } = "";

    /// <summary>Where it is, like a folder.</summary>
    public string Label { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>Rises with every file of the same label and name, from 1.</summary>
    public long SequenceNr { get; init; }

    public string Checksum { get; init; } = "";

    public string ChecksumAlg { get; init; } = "";

    /// <summary>Where its bytes are.</summary>
    public FileReferenceWire? Ref { get; init; }

    public DateTimeOffset Added { get; init; } = Loose.NoTime;
}
