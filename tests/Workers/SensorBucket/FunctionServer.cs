using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Muster.Tests.Workers.SensorBucket;

/// <summary>A function of a test: answers as the test says, and remembers what it was asked.</summary>
internal sealed class FunctionServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _now;

    private FunctionServer(WebApplication app) => _app = app;

    /// <summary>A request.</summary>
    /// <param name="Topic">Its header X-AMQP-Topic.</param>
    /// <param name="ContentType">Its content type.</param>
    /// <param name="Body">Its body.</param>
    internal sealed record Asked(string? Topic, string? ContentType, string Body);

    /// <summary>An answer.</summary>
    /// <param name="Status">The status of HTTP.</param>
    /// <param name="Topic">The header X-AMQP-Topic; null for none.</param>
    /// <param name="Body">The body.</param>
    internal sealed record Answer(int Status, string? Topic, string Body = "{}");

    /// <summary>What it was asked.</summary>
    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>How many requests were in it at once, at most.</summary>
    public int Most { get; private set; }

    /// <summary>What it answers.</summary>
    public Func<Asked, Task<Answer>> Reply { get; set; } = asked => Task.FromResult(new Answer(200, "storage", asked.Body));

    /// <summary>Where it is.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Starts one.</summary>
    /// <param name="port">Where; any free port when 0.</param>
    public static async Task<FunctionServer> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var server = new FunctionServer(app);
        app.Run(server.ServeAsync);
        await app.StartAsync();
        server.Url = app.Urls.First();
        return server;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var asked = new Asked(http.Request.Headers["X-AMQP-Topic"], http.Request.ContentType, await reader.ReadToEndAsync());
        Requests.Enqueue(asked);
        lock (Requests)
        {
            Most = Math.Max(Most, ++_now);
        }

        var answer = await Reply(asked);
        lock (Requests)
        {
            _now--;
        }

        http.Response.StatusCode = answer.Status;
        if (answer.Topic is not null)
        {
            http.Response.Headers["X-AMQP-Topic"] = answer.Topic;
        }

        if (answer.Status != (int)HttpStatusCode.NoContent)
        {
            await http.Response.WriteAsync(answer.Body);
        }
    }
}
