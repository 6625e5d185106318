using System.Text;

namespace Muster.Runtime.Instances;

/// <summary>The runtimes that an instance can have.</summary>
public static class InstanceRuntimes
{
    /// <summary>A command of the operating system.</summary>
    public const string Exec = "exec";

    /// <summary>Code in Python.</summary>
    public const string Python = "python";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Exec, Python];

    internal static bool IsZip(ReadOnlySpan<byte> code) => code.StartsWith("PK\u0003\u0004"u8) || code.StartsWith("PK\u0005\u0006"u8);

    /// <summary>The module and the function of an entry; null when it is none.</summary>
    internal static (string Module, string Function)? EntryOf(string entry)
    {
        var parts = entry.Split(':');
        return parts switch
        {
            [var function] when IsName(function) => ("main", function),
            [var module, var function] when IsName(function) && module.Split('.').All(IsName) => (module, function),
            _ => null,
        };
    }

    internal static IEnumerable<string> Problems(InstanceSpec spec)
    {
        if (spec.Code.Length > InstanceSpec.CodeLimit)
        {
            yield return $"code: {spec.Code.Length} bytes are more than {InstanceSpec.CodeLimit}.";
        }

        switch (spec.Runtime)
        {
            case Exec when spec.Command.IsDefaultOrEmpty || string.IsNullOrWhiteSpace(spec.Command[0]):
                yield return "command: the runtime exec needs a command.";
                break;
            case Exec when spec.Command.Any(a => a.Contains('\0', StringComparison.Ordinal)):
                yield return "command: an argument contains a NUL character.";
                break;
            case Exec:
                break;
            case Python:
                foreach (var problem in PythonProblems(spec))
                {
                    yield return problem;
                }

                break;
            default:
                yield return $"runtime: there is no runtime '{spec.Runtime}' for instances on nodes. There are {string.Join(", ", All)}.";
                break;
        }
    }

    private static IEnumerable<string> PythonProblems(InstanceSpec spec)
    {
        if (spec.Protocol != InstanceProtocol.Pipe)
        {
            yield return "protocol: the runtime python takes its processes from the node: protocol pipe. A program in Python that connects by itself is a command: runtime exec.";
        }

        if (EntryOf(spec.Entry) is not { } entry)
        {
            yield return $"entry: '{spec.Entry}' is not [MODULE:]FUNCTION.";
        }
        else if (entry.Module.Contains('.', StringComparison.Ordinal) && !IsZip(spec.Code.Span))
        {
            yield return $"entry: the module '{entry.Module}' is one of a package, and the code is one module, not a zip.";
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 100 && name.EnumerateRunes().All(r => Rune.IsLetterOrDigit(r) || r.Value == '_') && !Rune.IsDigit(name.EnumerateRunes().First());
}
