using System.CommandLine;
using Muster.Cli.Commands;

namespace Muster.Cli;

/// <summary>All verbs.</summary>
internal static class Verbs
{
    /// <summary>Asks for JSON.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON: what the gateway says", Recursive = true };

    /// <summary>Names the namespace.</summary>
    public static readonly Option<string> Namespace = new("--namespace", "-n") { Description = "The namespace (default: that of the key, or 'default')", Recursive = true, HelpName = "NAME" };

    /// <summary>Puts them together.</summary>
    public static RootCommand Create(Session session)
    {
        var root = new RootCommand("Look at a Muster cluster and steer it. Without a verb: an interactive shell.");
        root.Add(Json);
        root.Add(Namespace);
        foreach (var command in (Command[])[
            ClusterCommands.Create(session), ShardingCommands.Create(session), ActorCommands.Create(session), LogCommands.Create(session), RemoteCommands.Create(session),
            .. NodeCommands.Create(session),
            .. SubmitCommands.Create(session), .. ProcessCommands.Create(session), .. ControlCommands.Create(session), .. ListCommands.Create(session),
            QueueCommands.Create(session), ExecutorCommands.Create(session), WorkflowCommands.Create(session), ScheduleCommands.Create(session), KeyCommands.Create(session),
            EventCommands.Create(session), DoctorCommand.Create(session), DebugCommands.Create(session), UpCommand.Create(session), CompletionCommands.Create(session), DocsCommand.Create(session)])
        {
            root.Add(command);
        }

        return root;
    }

    /// <summary>A group of verbs.</summary>
    public static Command Group(string name, string description, params ReadOnlySpan<Command> verbs)
    {
        var group = new Command(name, description);
        foreach (var verb in verbs)
        {
            group.Add(verb);
        }

        return group;
    }
}
