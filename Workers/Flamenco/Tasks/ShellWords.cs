using System.Text;

namespace Muster.Workers.Flamenco.Tasks;

/// <summary>Splits a command line into words as a POSIX shell does, without running one: quotes and backslashes, no variables, no patterns.</summary>
internal static class ShellWords
{
    /// <summary>Splits.</summary>
    /// <returns>The words; null when a quote is not closed.</returns>
    public static IReadOnlyList<string>? Split(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        char? quote = null;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote is { } open)
            {
                if (c == open)
                {
                    quote = null;
                }
                else if (c == '\\' && open == '"' && i + 1 < line.Length && line[i + 1] is '"' or '\\')
                {
                    word!.Append(line[++i]);
                }
                else
                {
                    word!.Append(c);
                }
            }
            else if (c is '\'' or '"')
            {
                (quote, word) = (c, word ?? new StringBuilder());
            }
            else if (char.IsWhiteSpace(c))
            {
                if (word is not null)
                {
                    words.Add(word.ToString());
                    word = null;
                }
            }
            else if (c == '\\')
            {
                if (i + 1 == line.Length)
                {
                    return null;
                }

                (word ??= new StringBuilder()).Append(line[++i]);
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        if (word is not null)
        {
            words.Add(word.ToString());
        }

        return quote is null ? words : null;
    }

    /// <summary>Writes a word so that a shell reads the same.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "@%+=:,./-_".Contains(c, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";
}
