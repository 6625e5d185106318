using Muster.Gateway.Colonies.Members;
using Muster.Gateway.Colonies.Wire;
using Muster.Persistence.Records;

namespace Muster.Gateway.Colonies.Messages;

/// <summary>Users: they may do what a member may, except what needs an executor.</summary>
internal static class UserMessages
{
    public static void AddTo(MessageTable table) => table
        .On("addusermsg", AddAsync)
        .On("getusersmsg", ListAsync)
        .On("getusermsg", call => GetAsync(call, call.Read<Requests.OfColony>()))
        .On("getuserbyidmsg", GetByIdAsync)
        .On("removeusermsg", RemoveAsync)
        .On("changeuseridmsg", ChangeIdAsync);

    private static async Task<ColoniesReply> AddAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.AddUser>().User ?? throw new ColoniesException(400, "The user is missing.");
        Known(call, wire.ColonyName);
        call.Roles.NeedOwner(wire.ColonyName);
        ServerMessages.NeedId(wire.UserId, "user id");
        if (wire.Name.Length == 0)
        {
            throw new ColoniesException(400, "The name of the user is missing.");
        }

        Sizes.Name(wire.Name, "name");
        Sizes.Record(wire, "user");

        NeedFree(call.Services.Directory, wire.ColonyName, wire.UserId, null);
        var user = new ColonyUser(wire.ColonyName, wire.Name, wire.UserId, wire.Email, wire.Phone);
        return await call.Services.Directory.PutAsync(user, isNew: true).ConfigureAwait(false)
            ? new ColoniesReply(wire)
            : throw new ColoniesException(400, $"A user named {wire.Name} already exists in the colony.");
    }

    private static Task<ColoniesReply> ListAsync(ColoniesCall call)
    {
        var colony = call.Read<Requests.OfColony>().ColonyName;
        Known(call, colony);
        call.Roles.NeedAnyMember(colony);
        return Task.FromResult(new ColoniesReply(call.Services.Directory.Users(colony).Select(Wire).ToList()));
    }

    private static Task<ColoniesReply> GetAsync(ColoniesCall call, Requests.OfColony wire)
    {
        Known(call, wire.ColonyName);
        call.Roles.NeedAnyMember(wire.ColonyName);
        return call.Services.Directory.User(wire.ColonyName, wire.Name) is { } user
            ? Task.FromResult(new ColoniesReply(Wire(user)))
            : throw new ColoniesException(500, $"There is no user {wire.Name} in the colony.");
    }

    private static Task<ColoniesReply> GetByIdAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        Known(call, wire.ColonyName);
        call.Roles.NeedAnyMember(wire.ColonyName);
        return call.Services.Directory.Users(wire.ColonyName).FirstOrDefault(u => u.Id == wire.UserId) is { } user
            ? Task.FromResult(new ColoniesReply(Wire(user)))
            : throw new ColoniesException(404, "There is no user with this id in the colony.");
    }

    private static async Task<ColoniesReply> RemoveAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        Known(call, wire.ColonyName);
        call.Roles.NeedOwner(wire.ColonyName);
        if (call.Services.Directory.User(wire.ColonyName, wire.Name) is null)
        {
            throw new ColoniesException(400, $"There is no user {wire.Name} in the colony.");
        }

        await call.Services.Directory.WriteAsync(new RecordChange.Drop(ColonyUser.Kind, wire.ColonyName, wire.Name)).ConfigureAwait(false);
        return ColoniesReply.Empty;
    }

    private static async Task<ColoniesReply> ChangeIdAsync(ColoniesCall call)
    {
        var wire = call.Read<Requests.OfColony>();
        var me = call.Services.Directory.Users(wire.ColonyName).FirstOrDefault(u => u.Id == call.Signer)
            ?? throw new ColoniesException(403, "Access denied, only a user may change his own id.");
        ServerMessages.NeedId(wire.UserId, "user id");
        NeedFree(call.Services.Directory, wire.ColonyName, wire.UserId, me.Name);
        await call.OnceAsync(() => call.Services.Directory.PutAsync(me with { Id = wire.UserId }, isNew: false)).ConfigureAwait(false);
        return new ColoniesReply(call.Json);
    }

    private static void NeedFree(ColonyDirectory directory, string colony, string id, string? name)
    {
        if (directory.Users(colony).FirstOrDefault(u => u.Id == id && u.Name != name) is { } other)
        {
            throw new ColoniesException(400, $"A user with this id, {other.Name}, already exists in the colony; make a new key.");
        }
    }

    private static void Known(ColoniesCall call, string colony)
    {
        if (call.Services.Directory.Colony(colony) is null)
        {
            throw new ColoniesException(400, $"There is no colony {colony}.");
        }
    }

    private static UserWire Wire(ColonyUser user) => new(user.Colony, user.Id, user.Name, user.Email, user.Phone);
}
