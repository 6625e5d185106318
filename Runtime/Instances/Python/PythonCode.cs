using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;

namespace Muster.Runtime.Instances.Python;

/// <summary>Puts the loader and the code of an instance of the runtime <c>python</c> into its folder.</summary>
[SupportedOSPlatform("linux")]
internal static class PythonCode
{
    private static readonly string[] Programs = ["muster_loader.py", "muster_slot.py"];
    private static readonly Dictionary<string, string> Texts = Programs.ToDictionary(p => p, EmbeddedText.Read, StringComparer.Ordinal);

    /// <summary>The command that runs it, in the folder. Without bytecode files: the folder is written anew at each start. Without buffers: what it prints stands in the log at once.</summary>
    public static IReadOnlyList<string> Command { get; } = ["python3", "-B", "-u", Programs[0]];

    /// <summary>Writes it.</summary>
    /// <exception cref="InstanceStartException">The code is a zip that cannot be unpacked.</exception>
    [SuppressMessage("Security", "CA3003", Justification = "The module of an entry was checked to be a name.")]
    public static void Write(InstanceFolder folder, InstanceSpec spec)
    {
        foreach (var (program, text) in Texts)
        {
            File.WriteAllText(folder.File(program), text);
        }

        Directory.CreateDirectory(folder.Code);
        if (InstanceRuntimes.IsZip(spec.Code.Span))
        {
            CodeArchive.Unpack(spec.Code, folder.Code);
        }
        else
        {
            File.WriteAllBytes(Path.Combine(folder.Code, InstanceRuntimes.EntryOf(spec.Entry)!.Value.Module + ".py"), spec.Code.Span);
        }
    }
}
