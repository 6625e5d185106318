using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>The transitions of all processes as they happen.</summary>
internal static class EventCommands
{
    private static readonly Option<string> After = new("--after") { Description = "Those after this offset come first; 0 for all that are kept", HelpName = "OFFSET" };

    public static Command Create(Session session) =>
        new Verb(session, "events", "Follow the transitions of all processes; Ctrl+C ends it", "muster events --after 0", FollowAsync).Taking(After);

    private static async Task<int> FollowAsync(Call call)
    {
        await foreach (var e in call.Gateway.StreamAsync(call.Query().With("after", call.Get(After)).On("/v1/events"), call.Cancel).ConfigureAwait(false))
        {
            if (call.Screen.Json)
            {
                call.Screen.ObjectLine(e);
                continue;
            }

            var transition = (e as JsonObject)?["transition"];
            var attempt = transition.Text("attempt");
            call.Screen.Line($"[{Words.Time(transition.Time("at"))}] {e.Text("namespace")}/{e.Text("id")} {transition.Text("event")} {transition.Text("to")}{(attempt.Length > 0 ? $" attempt {attempt}" : "")} {transition.Text("reason")}".TrimEnd());
            call.Screen.Flush();
        }

        return ExitCode.Ok;
    }
}
