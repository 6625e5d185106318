using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Muster.Tests.Client;

/// <summary>Speaks the wire of the gateway as a test tells it to, and keeps what it saw.</summary>
public class FakeGateway : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Func<Seen, Task<Answer>>> _routes = new();
    private readonly Lock _lock = new();
    private readonly List<Seen> _seen = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _app;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString()).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(1));
        _app = builder.Build();
        _app.Run(ServeAsync);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Closes the port; the next start opens the same one.</summary>
    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public void On(string route, Func<Seen, Task<Answer>> answer) => _routes[route] = answer;

    public void On(string route, Func<Seen, Answer> answer) => On(route, seen => Task.FromResult(answer(seen)));

    /// <summary>Answers one after the other, and with the last for ever.</summary>
    public void On(string route, params Answer[] answers)
    {
        var next = -1;
        On(route, _ => answers[Math.Min(Interlocked.Increment(ref next), answers.Length - 1)]);
    }

    /// <summary>Answers these first and then as before.</summary>
    public void First(string route, params Answer[] answers)
    {
        var before = _routes[route];
        var next = -1;
        On(route, seen => Interlocked.Increment(ref next) is var n && n < answers.Length ? Task.FromResult(answers[n]) : before(seen));
    }

    public IReadOnlyList<Seen> All(string route)
    {
        lock (_lock)
        {
            return [.. _seen.Where(seen => $"{seen.Method} {seen.Path}" == route)];
        }
    }

    /// <summary>Waits until it has seen so many requests of a kind.</summary>
    public async Task<IReadOnlyList<Seen>> SawAsync(string route, int count = 1, Func<Seen, bool>? which = null)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                more = _more.Task;
            }

            var seen = All(route).Where(which ?? (_ => true)).ToList();
            if (seen.Count >= count)
            {
                return seen;
            }

            await more.WaitAsync(Patience.Limit);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var seen = new Seen(
            http.Request.Method, http.Request.Path.Value!, http.Request.Query, new HeaderDictionary(http.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)), body.ToArray(), http.RequestAborted);
        lock (_lock)
        {
            _seen.Add(seen);
            _more.SetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var answer = _routes.TryGetValue($"{seen.Method} {seen.Path}", out var route) ? await route(seen) : Answer.Problem(404, $"no route {seen.Method} {seen.Path}");
        if (answer == Answer.Lost)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.MediaType;
        if (answer.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await http.Response.WriteAsync(answer.Body);
        if (answer.Broken)
        {
            await http.Response.Body.FlushAsync();
            http.Abort();
        }
    }
}
