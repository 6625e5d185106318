using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Engine.Deployments.Secrets;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Native;

/// <summary>Secrets of deployments. A value goes in and is never given out.</summary>
internal static class SecretRoutes
{
    private const int ValueBytes = 64 << 10;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/secrets").WithTags("Deployments");
        group.MapGet("", ListAsync).For(KeyRole.Operator).WithName("secrets").WithSummary("The names of the secrets").Produces<SecretListWire>();
        group.MapPut("/{id}", PutAsync).For(KeyRole.Operator).WithName("secret-put").WithSummary("Keep a value; instances that start later get it").Accepts<SecretPutWire>("application/json").Produces(201).Produces(204).ProducesProblem(400);
        group.MapDelete("/{id}", DeleteAsync).For(KeyRole.Operator).WithName("secret-remove").WithSummary("Forget it").Produces(204).ProducesProblem(404);
        group.MapPost("/re-encrypt", EncryptAnewAsync).For(KeyRole.Operator).WithName("secrets-re-encrypt").WithSummary("Encrypt all with the first key, so that older keys can go").Produces<ReencryptedWire>().ProducesProblem(400);
    }

    private static async Task<IResult> ListAsync(HttpContext http, SecretStore secrets)
    {
        var names = await secrets.ListAsync(Caller.Namespace(http), http.RequestAborted).ConfigureAwait(false);
        return Results.Json(new SecretListWire([.. names.Select(n => new SecretWire(n.Name, n.Key, n.At))]), NativeJson.Default.SecretListWire);
    }

    private static async Task<IResult> PutAsync(string id, HttpContext http, SecretStore secrets)
    {
        var wire = await Bodies.ReadAsync(http, NativeJson.Default.SecretPutWire).ConfigureAwait(false);
        var (ns, name) = (Caller.Namespace(http), Checks.Id(id, "name"));
        var value = wire.Value ?? throw new BadRequestException(400, "'value' is missing.", "value");
        if (Encoding.UTF8.GetByteCount(value) > ValueBytes || Checks.HasNul(value))
        {
            throw new BadRequestException(400, $"'value' is at most {ValueBytes} bytes, without NUL.", "value");
        }

        return await GuardAsync(async () => await secrets.PutAsync(ns, name, value, http.RequestAborted).ConfigureAwait(false) ? Results.StatusCode(201) : Results.NoContent()).ConfigureAwait(false);
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext http, SecretStore secrets)
    {
        var (ns, name) = (Caller.Namespace(http), Checks.Id(id, "name"));
        return await secrets.RemoveAsync(ns, name, http.RequestAborted).ConfigureAwait(false) ? Results.NoContent() : throw new BadRequestException(404, $"There is no secret {name} in namespace {ns}.");
    }

    private static Task<IResult> EncryptAnewAsync(HttpContext http, SecretStore secrets) => GuardAsync(async () =>
        Results.Json(new ReencryptedWire(await secrets.EncryptAnewAsync(Caller.NamespaceOrAll(http), http.RequestAborted).ConfigureAwait(false)), NativeJson.Default.ReencryptedWire));

    private static async Task<IResult> GuardAsync(Func<Task<IResult>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (SecretKeyException e)
        {
            return Problems.Of(400, e.Message);
        }
    }
}
