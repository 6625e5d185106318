namespace Muster.Messages;

/// <summary>What an id may look like: 1 to 128 characters of <c>A-Z a-z 0-9 . _ -</c>.</summary>
/// <remarks>Processes, namespaces, queues and executors follow the same rule, so that any of them can stand in a path.</remarks>
public static class Ids
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>The namespace of whoever names none.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>The queue of whoever names none.</summary>
    public const string DefaultQueue = "default";

    /// <summary>Says whether the text can be an id.</summary>
    public static bool IsValid(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        // A path segment of dots only would be folded away by HTTP clients.
        return text.Trim('.').Length > 0;
    }

    /// <summary>A fresh id that sorts by the time it was made (UUID version 7).</summary>
    public static string New(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return Guid.CreateVersion7(clock.GetUtcNow()).ToString();
    }
}
