namespace Muster.Gateway.Colonies.Messages;

/// <summary>Names that members choose for what is kept as a record.</summary>
internal static class RecordNames
{
    /// <summary>Longer ones would not fit into an index of every database.</summary>
    private const int Longest = 512;

    /// <summary>A name that can be kept.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What it is, for the refusal.</param>
    /// <exception cref="ColoniesException">It is missing, or too long.</exception>
    public static string Need(string name, string what) => name.Length is > 0 and <= Longest && !name.Contains('\0', StringComparison.Ordinal)
        ? name
        : throw new ColoniesException(400, name.Length == 0 ? $"The {what} is missing." : $"The {what} has {name.Length} characters; it has {Longest} at the most, none of them zero.");
}
