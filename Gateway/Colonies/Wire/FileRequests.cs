namespace Muster.Gateway.Colonies.Wire;

/// <summary>Requests about files and snapshots.</summary>
internal static class FileRequests
{
    /// <summary>A file to add.</summary>
    internal sealed record Add(FileWire? File);

    /// <summary>Which file; the id wins over label and name.</summary>
    internal sealed record OfFile
    {
        public string ColonyName { get; init; } = "";

        public string FileId { get; init; } = "";

        public string Label { get; init; } = "";

        public string Name { get; init; } = "";

        /// <summary>Whether only the last one of the name is wanted.</summary>
        public bool Latest { get; init; }

        /// <summary>Whether a label is meant with those below it, and no other ones that begin so.</summary>
        public bool Exact { get; init; }
    }

    /// <summary>Which snapshot; the id wins over the name.</summary>
    internal sealed record OfSnapshot
    {
        public string ColonyName { get; init; } = "";

        public string SnapshotId { get; init; } = "";

        public string Label { get; init; } = "";

        public string Name { get; init; } = "";
    }
}
