using System.CommandLine;
using System.Globalization;
using Muster.Gateway;
using Muster.Gateway.Native.Wire;
using Muster.Persistence;
using Muster.Persistence.Postgres;

namespace Muster.Seed.Keys;

/// <summary><c>keys create</c>, <c>keys list</c>, <c>keys revoke</c>: in the store, or through the seed that has it open.</summary>
internal static class KeysCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="settings">Reads the options that all commands share.</param>
    /// <param name="guard">Turns what the user can mend into a message and an exit code.</param>
    public static Command Create(Func<ParseResult, SeedSettings> settings, Func<Func<Task<int>>, Task<int>> guard)
    {
        var name = new Option<string>("--name") { Description = "Whose the key is; stands in the history of what its holder does", Required = true };
        var role = new Option<string>("--role") { Description = "What its holder may do: reader, submitter, worker, operator", Required = true };
        var nameSpace = new Option<string>("--namespace") { Description = "Where, or * for every namespace (default: default; for an operator *)" };
        var create = new Command("create", "Make a key and print it, this once") { name, role, nameSpace };
        create.SetAction((parsed, cancel) => guard(() => WithAsync(settings(parsed), mayMakeStore: true, desk => CreateAsync(
            desk, new NewKeyWire { Name = parsed.GetValue(name), Role = parsed.GetValue(role), Namespace = parsed.GetValue(nameSpace) }, cancel))));

        var list = new Command("list", "Show all keys, without their secrets");
        list.SetAction((parsed, cancel) => guard(() => WithAsync(settings(parsed), mayMakeStore: false, desk => ListAsync(desk, cancel))));

        var id = new Argument<string>("ID") { Description = "The id of the key, the part after muster_" };
        var revoke = new Command("revoke", "Revoke a key for good") { id };
        revoke.SetAction((parsed, cancel) => guard(() => WithAsync(settings(parsed), mayMakeStore: false, desk => RevokeAsync(desk, parsed.GetValue(id)!, cancel))));
        return new Command("keys", "The keys of the gateway") { create, list, revoke };
    }

    private static async Task<int> WithAsync(SeedSettings settings, bool mayMakeStore, Func<IKeyDesk, Task<int>> work)
    {
        var desk = Open(settings, mayMakeStore);
        await using (desk.ConfigureAwait(false))
        {
            try
            {
                return await work(desk).ConfigureAwait(false);
            }
            catch (BadRequestException e)
            {
                throw new SettingException(e.Message);
            }
        }
    }

    private static IKeyDesk Open(SeedSettings settings, bool mayMakeStore)
    {
        var path = settings.Store ?? Path.Combine(settings.Data, "muster.db");
        if (path == "memory")
        {
            throw new SettingException("A store in memory is inside its seed. Make keys there with POST /v1/keys, or start it with MUSTER_BOOTSTRAP_KEY.");
        }

        if (!mayMakeStore && !PostgresAddress.IsOne(path) && !File.Exists(path))
        {
            throw new SettingException($"There is no store at {Path.GetFullPath(path)}. Name its folder with --data DIR, or the store with --store.");
        }

        try
        {
            return new StoreDesk(SeedHost.OpenStore(settings));
        }
        catch (StoreOpenException e) when (OperatorToken.Read(settings.Data) is not null)
        {
            return new GatewayDesk(settings.Data, e);
        }
    }

    private static async Task<int> CreateAsync(IKeyDesk desk, NewKeyWire wanted, CancellationToken cancel)
    {
        var key = await desk.CreateAsync(wanted, cancel).ConfigureAwait(false);
        // The key alone on the output, so that a script can take it.
        await Console.Out.WriteLineAsync(key.Key).ConfigureAwait(false);
        await Console.Error.WriteLineAsync($"This is the key {key.Id} of {key.Name}: {key.Role}, {Where(key)}. It is shown this once; the store keeps a hash of it only.").ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> ListAsync(IKeyDesk desk, CancellationToken cancel)
    {
        foreach (var key in await desk.ListAsync(cancel).ConfigureAwait(false))
        {
            var state = key.RevokedAt is { } revoked ? $"revoked {Minute(revoked)}" : key.LastUsed is { } used ? $"used {Minute(used)}" : "never used";
            await Console.Out.WriteLineAsync($"{key.Id,-12}  {key.Role,-9}  {key.Namespace,-16}  {key.Name,-24}  made {Minute(key.CreatedAt)}  {state}").ConfigureAwait(false);
        }

        return 0;
    }

    private static async Task<int> RevokeAsync(IKeyDesk desk, string id, CancellationToken cancel)
    {
        await desk.RevokeAsync(id, cancel).ConfigureAwait(false);
        await Console.Out.WriteLineAsync($"The key {id} is revoked.").ConfigureAwait(false);
        return 0;
    }

    private static string Where(KeyWire key) => key.Namespace == "*" ? "all namespaces" : $"namespace {key.Namespace}";

    private static string Minute(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + "Z";
}
