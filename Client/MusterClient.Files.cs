using System.Net.Http.Headers;
using Muster.Client.Transport;

namespace Muster.Client;

public sealed partial class MusterClient
{
    /// <summary>The files of a process.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<ProcessFile>> FilesAsync(string id, CancellationToken cancel = default) =>
        (await GetAsync(At("processes", id, "files"), WireJson.Default.ListingProcessFile, cancel)).Items;

    /// <summary>Stores a file of a process, up to 100 MiB; one of the same name is replaced.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="content">Its bytes, from the present position. Sent again after a failure only when it can seek. Not disposed.</param>
    /// <param name="mediaType">Its media type; <c>application/octet-stream</c> when null.</param>
    /// <param name="cancel">Gives up.</param>
    public Task PutFileAsync(string id, string name, Stream content, string? mediaType = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var start = content.CanSeek ? content.Position : 0;
        return _transport.TellAsync(
            new Call(HttpMethod.Put, At("processes", id, "files", name).ToString())
            {
                Content = Body,
                Once = !content.CanSeek,
                Timeout = _transport.Options.TransferTimeout,
            },
            cancel);

        HttpContent Body()
        {
            if (content.CanSeek)
            {
                content.Position = start;
            }

            var body = new StreamContent(new UndisposedStream(content));
            body.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType ?? "application/octet-stream");
            return body;
        }
    }

    /// <summary>Reads a file of a process.</summary>
    /// <param name="id">The id of the process.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="cancel">Gives up until the bytes begin to come.</param>
    /// <returns>The bytes as they come; disposing ends the transfer.</returns>
    public async Task<Stream> GetFileAsync(string id, string name, CancellationToken cancel = default)
    {
        var response = await _transport.OpenAsync(new Call(HttpMethod.Get, At("processes", id, "files", name).ToString()) { Accept = "*/*" }, cancel);
        return await response.Content.ReadAsStreamAsync(cancel);
    }
}
