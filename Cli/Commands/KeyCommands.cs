using System.CommandLine;
using System.Text.Json.Nodes;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli.Commands;

/// <summary>The keys of the gateway.</summary>
internal static class KeyCommands
{
    private static readonly Argument<string> Id = new("ID") { Description = "The middle part of the key" };

    private static readonly Option<string> Name = new("--name") { Description = "Whose it is, for people", Required = true, HelpName = "NAME" };

    private static readonly Option<string> Role = new("--role") { Description = "What its holder may do: reader, submitter, worker or operator", Required = true, HelpName = "ROLE" };

    public static Command Create(Session session) => Verbs.Group(
        "keys", "The keys of the gateway",
        new Verb(session, "list", "List the keys, never their secrets", "muster keys list", ListAsync).Or("ls"),
        new Verb(session, "create", "Make a key, and print it this once; -n '*' for all namespaces", "muster keys create --name ci --role submitter", CreateAsync).Taking(Name, Role),
        new Verb(session, "revoke", "Revoke a key for good", "muster keys revoke 0c1f2e3d4b5a", RevokeAsync).Taking(Id));

    private static async Task<int> ListAsync(Call call)
    {
        var keys = await call.Gateway.GetAsync(call.At("keys"), call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(keys);
        }
        else
        {
            call.Screen.Table(
                ["id", "name", "role", "namespace", "created", "last used", "revoked"],
                keys.List().Select(k => (string[])[k.Text("id"), k.Text("name"), k.Text("role"), k.Text("namespace"), Words.Time(k.Time("createdAt")), Words.Time(k.Time("lastUsed")), Words.Time(k.Time("revokedAt"))]),
                "There is no key: everybody on the gateway's machine may do everything.");
        }

        return ExitCode.Ok;
    }

    private static async Task<int> CreateAsync(Call call)
    {
        var body = new JsonObject { ["name"] = call.Get(Name), ["role"] = call.Get(Role) };
        if (call.Namespace is { } nameSpace)
        {
            body["namespace"] = nameSpace;
        }

        var key = await call.Gateway.PostAsync("/v1/keys", body, call.Cancel).ConfigureAwait(false);
        if (call.Screen.Json)
        {
            call.Screen.Object(key);
        }
        else
        {
            call.Screen.Line(key.Text("key"));
        }

        return ExitCode.Ok;
    }

    private static async Task<int> RevokeAsync(Call call)
    {
        await call.Gateway.SendAsync(HttpMethod.Delete, Query.Path("keys", call.Get(Id)), null, call.Cancel).ConfigureAwait(false);
        if (!call.Screen.Json)
        {
            call.Screen.Line($"{call.Get(Id)} is revoked");
        }

        return ExitCode.Ok;
    }
}
