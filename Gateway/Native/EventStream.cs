using System.Text;
using Microsoft.AspNetCore.Http;

namespace Muster.Gateway.Native;

/// <summary>A response of server-sent events.</summary>
internal sealed class EventStream(HttpContext http)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    private long _last = Environment.TickCount64;

    public async Task StartAsync()
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await http.Response.Body.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }

    public async Task SendAsync(string name, string? id, string json, CancellationToken cancel)
    {
        var text = new StringBuilder();
        if (id is not null)
        {
            text.Append("id: ").Append(id).Append('\n');
        }

        text.Append("event: ").Append(name).Append("\ndata: ").Append(json).Append("\n\n");
        await WriteAsync(text.ToString(), cancel).ConfigureAwait(false);
    }

    /// <summary>Says from where a reader goes on that has seen no event yet.</summary>
    public Task PlaceAsync(string id, CancellationToken cancel) => WriteAsync($"id: {id}\n\n", cancel);

    /// <summary>A comment now and then, so that both ends notice a dead connection.</summary>
    public async Task KeepAliveAsync(CancellationToken cancel)
    {
        if (Environment.TickCount64 - _last > Quiet.TotalMilliseconds)
        {
            await WriteAsync(":\n\n", cancel).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(string text, CancellationToken cancel)
    {
        _last = Environment.TickCount64;
        await http.Response.WriteAsync(text, cancel).ConfigureAwait(false);
        await http.Response.Body.FlushAsync(cancel).ConfigureAwait(false);
    }
}
