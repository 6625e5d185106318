namespace Muster.Gateway.Colonies.Wire;

/// <summary>Requests about logs.</summary>
internal static class LogRequests
{
    /// <summary>A message to keep, of a process or of an executor.</summary>
    internal sealed record Add
    {
        public string ProcessId { get; init; } = "";

        public string ColonyName { get; init; } = "";

        public string ExecutorName { get; init; } = "";

        public string Message { get; init; } = "";
    }

    /// <summary>Which messages.</summary>
    internal sealed record List
    {
        public string ColonyName { get; init; } = "";

        public string ProcessId { get; init; } = "";

        /// <summary>Wins over the process.</summary>
        public string ExecutorName { get; init; } = "";

        public int Count { get; init; }

        /// <summary>Only those after this time, in nanoseconds since 1970; all when not positive.</summary>
        public long Since { get; init; }

        /// <summary>Whether the last ones are wanted.</summary>
        public bool Latest { get; init; }
    }

    /// <summary>Which text, and where.</summary>
    internal sealed record Search
    {
        public string ColonyName { get; init; } = "";

        public string Text { get; init; } = "";

        /// <summary>How far back.</summary>
        public int Days { get; init; }

        public int Count { get; init; }
    }
}
