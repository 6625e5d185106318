using System.Globalization;
using System.Text;

namespace Muster.Workers.Shared;

/// <summary>
/// INI with the rules that configuration files of Python programs follow: keys ignore case and sections do not, <c>[DEFAULT]</c> holds for every
/// section, <c>key = value</c> or <c>key: value</c>, comments are whole lines that begin with <c>#</c> or <c>;</c>, a line that is indented goes on
/// with the value before it, and what stands twice is an error.
/// </summary>
public sealed class IniFile
{
    private const string Default = "DEFAULT";
    private const int DeepestInterpolation = 10;

    private readonly Dictionary<string, Dictionary<string, string>> _sections = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly IniInterpolation _interpolation;

    private IniFile(string name, IniInterpolation interpolation) => (_name, _interpolation) = (name, interpolation);

    /// <summary>The sections, without DEFAULT.</summary>
    public IEnumerable<string> Sections => _sections.Keys.Where(s => s != Default);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="interpolation">What may stand in a value.</param>
    /// <returns>What it holds; null when there is no such file.</returns>
    /// <exception cref="IniException">It cannot be understood, or not be read.</exception>
    public static IniFile? Read(string path, IniInterpolation interpolation)
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true)), path, interpolation) : null;
        }
        catch (DecoderFallbackException)
        {
            throw new IniException($"{path}: this is not UTF-8 text. Repair the file or remove it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IniException($"{path}: the file cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="interpolation">What may stand in a value.</param>
    /// <exception cref="IniException">It cannot be understood.</exception>
    public static IniFile Parse(string text, string name, IniInterpolation interpolation)
    {
        ArgumentNullException.ThrowIfNull(text);
        var file = new IniFile(name, interpolation);
        Dictionary<string, string>? section = null;
        string? key = null;
        var number = 0;
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Contains('\0', StringComparison.Ordinal))
            {
                throw file.Wrong(number, "a NUL character stands here; the file is damaged");
            }

            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (char.IsWhiteSpace(raw[0]) && section is not null && key is not null)
            {
                section[key] = section[key].Length == 0 ? line : section[key] + "\n" + line;
            }
            else if (line[0] == '[')
            {
                section = file.Open(line, number);
                key = null;
            }
            else
            {
                (key, var value) = file.Pair(line, number);
                if (section is null)
                {
                    throw file.Wrong(number, $"'{key}' stands before the first [section]");
                }

                if (!section.TryAdd(key, value))
                {
                    throw file.Wrong(number, $"the key '{key}' stands twice in its section");
                }
            }
        }

        return file;
    }

    /// <summary>What several files say together: of a key that stands in more than one, the last.</summary>
    /// <param name="files">All with the same interpolation, which then reaches from one into the other.</param>
    public static IniFile Merge(IEnumerable<IniFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var all = files.ToList();
        var merged = new IniFile(string.Join(", ", all.Select(f => f._name)), all.Count == 0 ? IniInterpolation.None : all[0]._interpolation);
        foreach (var (name, values) in all.SelectMany(f => f._sections))
        {
            if (!merged._sections.TryGetValue(name, out var section))
            {
                merged._sections[name] = section = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            }

            foreach (var (key, value) in values)
            {
                section[key] = value;
            }
        }

        return merged;
    }

    /// <summary>The keys of a section, without those of DEFAULT.</summary>
    public IEnumerable<string> Keys(string section) => _sections.TryGetValue(section, out var own) ? own.Keys : [];

    /// <summary>A value, with what stands in it put in.</summary>
    /// <param name="section">The section; when it is missing or has no such key, DEFAULT is looked in.</param>
    /// <param name="key">The key, in any case.</param>
    /// <returns>The value, which may be empty; null when there is none.</returns>
    /// <exception cref="IniException">What stands in the value cannot be put in.</exception>
    public string? Get(string section, string key) => Raw(section, key) is { } raw ? Interpolate(section, key, raw, 0) : null;

    /// <summary>Puts values into the text of a file and leaves all else as it is: other keys, other sections, comments, their order.</summary>
    /// <param name="text">The text, which can be parsed.</param>
    /// <param name="section">The section; it is added at the end when it is missing.</param>
    /// <param name="values">What is set, one line each, already escaped for the interpolation that readers use.</param>
    public static string With(string text, string section, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(values);
        var lines = text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n').ToList();
        var start = lines.FindIndex(l => l.Trim() == $"[{section}]");
        if (start < 0)
        {
            if (lines.Count > 0)
            {
                lines.Add("");
            }

            lines.Add($"[{section}]");
            start = lines.Count - 1;
        }

        var end = lines.FindIndex(start + 1, l => l.StartsWith('['));
        end = end < 0 ? lines.Count : end;
        foreach (var (key, value) in values)
        {
            var at = lines.FindIndex(start + 1, end - start - 1, l => IsKey(l, key));
            if (at < 0)
            {
                // After the last line of the section that says something.
                at = end;
                while (at > start + 1 && lines[at - 1].Trim().Length == 0)
                {
                    at--;
                }

                lines.Insert(at, "");
                end++;
            }
            else
            {
                while (at + 1 < end && lines[at + 1].Length > 0 && char.IsWhiteSpace(lines[at + 1][0]) && lines[at + 1].Trim().Length > 0)
                {
                    lines.RemoveAt(at + 1);
                    end--;
                }
            }

            lines[at] = $"{key} = {value}";
        }

        return string.Join('\n', lines) + "\n";
    }

    private static bool IsKey(string line, string key)
    {
        var end = line.AsSpan().IndexOfAny('=', ':');
        return end > 0 && !char.IsWhiteSpace(line[0]) && line.AsSpan(0, end).Trim().Equals(key, StringComparison.OrdinalIgnoreCase);
    }

    private Dictionary<string, string> Open(string line, int number)
    {
        var end = line.LastIndexOf(']');
        if (end < 0)
        {
            throw Wrong(number, $"the section '{line}' is not closed by ']'");
        }

        var name = line[1..end];
        if (_sections.TryGetValue(name, out var known))
        {
            return name == Default ? known : throw Wrong(number, $"the section [{name}] stands twice");
        }

        return _sections[name] = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
    }

    private (string Key, string Value) Pair(string line, int number)
    {
        var end = line.AsSpan().IndexOfAny('=', ':');
        return end > 0
            ? (line[..end].Trim(), line[(end + 1)..].Trim())
            : throw Wrong(number, $"'{(line.Length > 60 ? line[..60] + "..." : line)}' is neither a [section] nor a 'key = value'");
    }

    private string? Raw(string section, string key) =>
        (_sections.TryGetValue(section, out var own) && own.TryGetValue(key, out var value)) || (_sections.TryGetValue(Default, out var common) && common.TryGetValue(key, out value)) ? value : null;

    private string Interpolate(string section, string key, string value, int depth)
    {
        var mark = _interpolation switch { IniInterpolation.Percent => '%', IniInterpolation.Dollar => '$', _ => '\0' };
        if (mark == '\0' || !value.Contains(mark, StringComparison.Ordinal))
        {
            return value;
        }

        if (depth > DeepestInterpolation)
        {
            throw new IniException($"{_name}: the value of '{key}' in [{section}] refers to itself.");
        }

        var (open, close) = mark == '%' ? ("%(", ")s") : ("${", "}");
        var result = new StringBuilder();
        for (var i = 0; i < value.Length;)
        {
            if (value[i] != mark)
            {
                result.Append(value[i++]);
                continue;
            }

            if (i + 1 < value.Length && value[i + 1] == mark)
            {
                result.Append(mark);
                i += 2;
                continue;
            }

            var end = string.CompareOrdinal(value, i, open, 0, open.Length) == 0 ? value.IndexOf(close, i, StringComparison.Ordinal) : -1;
            if (end < 0)
            {
                throw new IniException($"{_name}: in the value of '{key}' in [{section}], '{mark}' must be written '{mark}{mark}'.");
            }

            var name = value[(i + open.Length)..end];
            var colon = mark == '$' ? name.IndexOf(':', StringComparison.Ordinal) : -1;
            var (otherSection, otherKey) = colon < 0 ? (section, name) : (name[..colon], name[(colon + 1)..]);
            var other = Raw(otherSection, otherKey) ?? throw new IniException($"{_name}: the value of '{key}' in [{section}] refers to '{name}', which does not exist.");
            result.Append(Interpolate(otherSection, otherKey, other, depth + 1));
            i = end + close.Length;
        }

        return result.ToString();
    }

    private IniException Wrong(int line, string what) => new(string.Create(CultureInfo.InvariantCulture, $"{_name}, line {line}: {what}."));
}
