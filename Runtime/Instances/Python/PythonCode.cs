using System.Runtime.Versioning;

namespace Muster.Runtime.Instances.Python;

/// <summary>The loader of the runtime <c>python</c>.</summary>
[SupportedOSPlatform("linux")]
internal static class PythonCode
{
    private static readonly string[] Programs = ["muster_loader.py", "muster_slot.py"];
    private static readonly Dictionary<string, string> Texts = Programs.ToDictionary(p => p, EmbeddedText.Read, StringComparer.Ordinal);

    /// <summary>The command that runs it, in the folder. Without bytecode files: the folder is written anew at each start. Without buffers: what it prints stands in the log at once.</summary>
    public static IReadOnlyList<string> Command { get; } = ["python3", "-B", "-u", Programs[0]];

    /// <summary>Writes the loader.</summary>
    public static void Write(InstanceFolder folder)
    {
        foreach (var (program, text) in Texts)
        {
            File.WriteAllText(folder.File(program), text);
        }
    }
}
