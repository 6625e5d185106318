using System.Net;
using System.Net.Http.Headers;

namespace Muster.Tests.Cluster.BadInput;

/// <summary>A long body in chunks, without a length.</summary>
internal sealed class EndlessContent : HttpContent
{
    private readonly string _head;
    private readonly long _bytes;

    public EndlessContent(string head, long bytes, string contentType)
    {
        _head = head;
        _bytes = bytes;
        Headers.ContentType = new MediaTypeHeaderValue(contentType);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(_head));
        var chunk = new byte[1 << 20];
        Array.Fill(chunk, (byte)'x');
        for (var left = _bytes - _head.Length; left > 0; left -= chunk.Length)
        {
            await stream.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, chunk.Length)));
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
