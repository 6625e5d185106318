using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Muster.Gateway.Native.Wire;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Persistence.Keys;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Native;

/// <summary>Files of a process: kept with it, gone with it.</summary>
internal static class FileRoutes
{
    private const int Chunk = 1 << 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/processes/{id}/files").WithTags("Files");
        group.MapGet("", ListAsync).For(KeyRole.Reader).WithName("files").WithSummary("The files of a process").Produces<FileListWire>().ProducesProblem(404);
        group.MapPut("/{name}", PutAsync).For(KeyRole.Submitter, KeyRole.Worker).WithName("file-put").WithSummary("Store a file, up to 100 MiB; replaces one of the same name").Accepts<byte[]>("*/*").Produces<FileWire>(201).ProducesProblem(413);
        group.MapGet("/{name}", GetAsync).For(KeyRole.Reader).WithName("file-get").WithSummary("Read a file").Produces<byte[]>(200, "application/octet-stream").ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(string id, HttpContext http, NativeServices services)
    {
        var process = await KnownAsync(id, http, services).ConfigureAwait(false);
        var files = await services.Store.Read.FilesAsync(process, http.RequestAborted).ConfigureAwait(false);
        return Results.Json(new FileListWire([.. files.Select(Of)]), NativeJson.Default.FileListWire);
    }

    private static async Task<IResult> PutAsync(string id, string name, HttpContext http, NativeServices services)
    {
        var process = await KnownAsync(id, http, services).ConfigureAwait(false);
        Checks.Id(name, "name");
        var mediaType = MediaType(http);
        if (http.Request.ContentLength > Checks.FileBytes)
        {
            throw TooLarge();
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
        {
            // One byte more than is taken, so that the file's own bound speaks.
            bound.MaxRequestBodySize = Checks.FileBytes + 1;
        }

        if (services.Store.Gauge.Refusal() is { } refusal)
        {
            return Problems.Of(refusal, "The store cannot take a file now; send it again later.");
        }

        var rows = services.Store.Rows;
        var now = services.Clock.GetUtcNow();
        var fileId = await rows.BeginFileAsync(process, name, mediaType, now).ConfigureAwait(false);
        long size;
        string hash;
        try
        {
            (size, hash) = await StoreAsync(http, rows, fileId).ConfigureAwait(false);
            await rows.CompleteFileAsync(fileId, size, hash).ConfigureAwait(false);
        }
        catch
        {
            // Nothing half-done remains.
            await rows.DropFileAsync(fileId).ConfigureAwait(false);
            throw;
        }

        return Results.Json(new FileWire(name, size, hash, mediaType, now), NativeJson.Default.FileWire, statusCode: 201);
    }

    private static async Task<(long Size, string Hash)> StoreAsync(HttpContext http, IRowWriter rows, long fileId)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Chunk];
        long size = 0;
        for (var n = 0; ; n++)
        {
            var read = await http.Request.Body.ReadAtLeastAsync(buffer, Chunk, throwOnEndOfStream: false, http.RequestAborted).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            size += read;
            if (size > Checks.FileBytes)
            {
                throw TooLarge();
            }

            hash.AppendData(buffer, 0, read);
            await rows.AppendFileAsync(fileId, n, buffer.AsMemory(0, read)).ConfigureAwait(false);
            if (read < Chunk)
            {
                break;
            }
        }

        return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task<IResult> GetAsync(string id, string name, HttpContext http, NativeServices services)
    {
        var process = await KnownAsync(id, http, services).ConfigureAwait(false);
        var file = (await services.Store.Read.FilesAsync(process, http.RequestAborted).ConfigureAwait(false)).FirstOrDefault(f => f.Name == name)
            ?? throw new BadRequestException(404, $"The process {process.Id} has no file {name}.");
        // Served as it is, never run by a browser.
        http.Response.ContentType = file.MediaType;
        http.Response.ContentLength = file.Size;
        http.Response.Headers["X-Content-Type-Options"] = "nosniff";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{file.Name}\"";
        http.Response.Headers.ETag = $"\"{file.Sha256}\"";
        for (var n = 0; await services.Store.Read.FileChunkAsync(file.FileId, n, http.RequestAborted).ConfigureAwait(false) is { } bytes; n++)
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
        }

        return Results.Empty;
    }

    // It stands in a header again when the file is read.
    private static string MediaType(HttpContext http)
    {
        var type = Checks.Short(http.Request.ContentType, Checks.Names, "Content-Type") ?? "application/octet-stream";
        return Ascii.IsValid(type) ? type : throw new BadRequestException(400, "A content type is ASCII text like text/plain.", "Content-Type");
    }

    private static async Task<ProcessId> KnownAsync(string id, HttpContext http, NativeServices services)
    {
        var process = ProcessRoutes.Address(id, http);
        return await services.Store.Read.FindAsync(process, http.RequestAborted).ConfigureAwait(false) is null ? throw ProcessRoutes.NotFound(process) : process;
    }

    private static BadRequestException TooLarge() => new(413, $"A file is at most {Checks.FileBytes >> 20} MiB.");

    private static FileWire Of(FileRow row) => new(row.Name, row.Size, row.Sha256, row.MediaType, row.CreatedAt);
}
