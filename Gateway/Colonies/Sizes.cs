using System.Text.Json;
using Muster.Gateway.Colonies.Wire;
using Muster.Messages.Serialization;
using Muster.Messages.Workflows;
using Muster.Persistence;

namespace Muster.Gateway.Colonies;

/// <summary>How large things may be. Clients know no bounds; these are far from what they send.</summary>
internal static class Sizes
{
    /// <summary>The bytes of a spec, or of what an executor returned.</summary>
    public const int Work = 1 << 20;

    /// <summary>The bytes of a member, of a function or of an attached value.</summary>
    public const int Kept = 64 << 10;

    /// <summary>The characters of a name or label: the store finds things by it.</summary>
    public const int Names = 256;

    /// <summary>The characters of the name of a function.</summary>
    public const int Functions = 1024;

    /// <summary>The characters of a reason in the history of a process.</summary>
    public const int Reasons = 16 << 10;

    /// <summary>How many executors a process may name.</summary>
    public const int Executors = 1_000;

    /// <summary>A name.</summary>
    /// <exception cref="ColoniesException">It is too long.</exception>
    public static string Name(string text, string field, int max = Names) =>
        text.Length <= max ? text : throw new ColoniesException(400, $"'{field}' has {text.Length} characters; at most {max} are taken.");

    /// <summary>A reason for the history; the rest of a longer one is left out.</summary>
    public static string Shortened(string reason) =>
        // Not between the halves of a surrogate pair.
        reason.Length <= Reasons ? reason : $"{reason[..(char.IsHighSurrogate(reason[Reasons - 1]) ? Reasons - 1 : Reasons)]}...";

    /// <summary>Something that is kept as a record.</summary>
    /// <exception cref="ColoniesException">It is too large.</exception>
    public static void Record<T>(T wire, string what) => Need(JsonSerializer.SerializeToUtf8Bytes(wire, ColoniesJson.Options).Length, Kept, what);

    /// <summary>A workflow.</summary>
    /// <exception cref="ColoniesException">It is too large for the cluster.</exception>
    public static WorkflowSpec Workflow(WorkflowSpec spec, IStore store) =>
        WorkflowSize.Wrong(JsonSerializer.SerializeToUtf8Bytes(spec, MessagesJson.Default.WorkflowSpec).Length, store) is { } wrong ? throw new ColoniesException(413, wrong) : spec;

    /// <summary>Bytes of something.</summary>
    /// <exception cref="ColoniesException">They are too many.</exception>
    public static void Need(int bytes, int max, string what)
    {
        if (bytes > max)
        {
            throw new ColoniesException(413, $"The {what} has {bytes} bytes of JSON; at most {max} are taken.");
        }
    }
}
