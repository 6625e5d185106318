using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Muster.Tests.Cluster.Rest;

/// <summary>A web server that is told things.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    /// <summary>Where it is.</summary>
    public string Url => $"{_app.Urls.First()}/hook";

    /// <summary>What it was told: the body and the signature.</summary>
    public ConcurrentQueue<(string Body, string? Signature)> Told { get; } = [];

    /// <summary>How it answers; by default 204.</summary>
    public Func<string, int> Answer { get; set; } = _ => 204;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/hook", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var body = await reader.ReadToEndAsync();
            receiver.Told.Enqueue((body, http.Request.Headers["Muster-Signature"].FirstOrDefault()));
            http.Response.StatusCode = receiver.Answer(body);
            http.Response.Headers.Location = "/elsewhere";
        });
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
