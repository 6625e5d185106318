using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native;

/// <summary>The keys of this gateway. The operator of one namespace sees and makes keys for that one only.</summary>
internal static class KeyRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/keys").WithTags("Keys");
        group.MapGet("", ListAsync).For(KeyRole.Operator).WithName("keys").WithSummary("Every key, also the revoked ones; never the secrets").Produces<KeyListWire>();
        group.MapPost("", CreateAsync).For(KeyRole.Operator).WithName("key-create").WithSummary("Make a key; the answer shows it this once").Accepts<NewKeyWire>("application/json").Produces<KeyWire>(201).ProducesProblem(400);
        group.MapDelete("/{id}", RevokeAsync).For(KeyRole.Operator).WithName("key-revoke").WithSummary("Revoke a key for good").Produces(204).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(HttpContext http, KeyRing ring)
    {
        var only = Caller.NamespaceOrAll(http);
        var rows = await ring.ListAsync(http.RequestAborted).ConfigureAwait(false);
        return Results.Json(new KeyListWire([.. rows.Where(r => only is null || r.Namespace == only).Select(KeyWire.Of)]), NativeJson.Default.KeyListWire);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, KeyRing ring)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.NewKeyWire).ConfigureAwait(false);
        var mine = Caller.Key(http)?.Namespace;
        var key = NewKey.Of(wire.Name, wire.Role, wire.Namespace ?? Caller.NamespaceOrAll(http));
        if (mine is not null && key.Namespace != mine)
        {
            throw new BadRequestException(403, $"The operator of the namespace {mine} makes keys for that one only, not for {key.Namespace}.", "namespace");
        }

        var (row, text) = await ring.MakeAsync(key.Name, key.Role, key.Namespace).ConfigureAwait(false);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(KeyWire.Of(row) with { Key = text.ToString() }, NativeJson.Default.KeyWire, statusCode: 201);
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext http, KeyRing ring)
    {
        var only = Caller.NamespaceOrAll(http);
        var rows = await ring.ListAsync(http.RequestAborted).ConfigureAwait(false);
        if (!rows.Any(r => r.Id == id && (only is null || r.Namespace == only)))
        {
            throw new BadRequestException(404, $"There is no key {id}. GET /v1/keys lists them.");
        }

        await ring.RevokeAsync(id).ConfigureAwait(false);
        return Results.NoContent();
    }
}
