using System.CommandLine;

namespace Muster.Cli.Commands;

/// <summary>Completion for shells.</summary>
internal static class CompletionCommands
{
    private const string Bash = """
        _muster() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(muster "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _muster muster
        """;

    private const string Zsh = """
        #compdef muster
        _muster() {
          local -a found
          found=("${(@f)$(muster "[suggest:${#BUFFER}]" "${BUFFER}" 2>/dev/null)}")
          compadd -a found
        }
        compdef _muster muster
        """;

    public static Command Create(Session session) => Verbs.Group(
        "completion", "Completion for your shell",
        Script(session, "bash", Bash, "source <(muster completion bash)"),
        Script(session, "zsh", Zsh, "source <(muster completion zsh)"));

    private static Verb Script(Session session, string shell, string script, string example) => new(session, shell, $"Print what makes {shell} complete the verbs and options", example, c =>
    {
        foreach (var line in script.Split('\n'))
        {
            c.Screen.Line(line);
        }

        return Task.FromResult(ExitCode.Ok);
    });
}
