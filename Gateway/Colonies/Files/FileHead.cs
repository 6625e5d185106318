using System.Security.Cryptography;
using System.Text;
using Muster.Gateway.Colonies.Wire;

namespace Muster.Gateway.Colonies.Files;

/// <summary>The last file of a label and name. Whoever adds or removes one writes it too, so that no number is given out twice.</summary>
/// <param name="Latest">The file.</param>
internal sealed record FileHead(FileWire Latest)
{
    /// <summary>The kind of its record; the tag is the label.</summary>
    public const string Kind = "colonies.filehead";

    /// <summary>The key of its record.</summary>
    public static string Key(string label, string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{label}\0{name}")));
}
