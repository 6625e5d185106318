using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Muster.Tests.Workers.SensorBucket;

/// <summary>The Python frame with the user code of the tests, and the devices that it asks for.</summary>
public sealed class FrameFixture : IAsyncLifetime
{
    /// <summary>Where the frame and the user code lie.</summary>
    public static string Frame { get; } = Path.Combine(AppContext.BaseDirectory, "python", "serve.py");

    /// <summary>The user code of the tests.</summary>
    public static string UserCode { get; } = Path.Combine(AppContext.BaseDirectory, "SensorBucket", "usercode.py");

    private readonly TestFolder _folder = new();
    private WebApplication? _devices;
    private ProgramProcess? _python;

    /// <summary>The frame.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>What the devices API was asked: the query and the authorization.</summary>
    internal ConcurrentQueue<(string Properties, string Authorization)> Asked { get; } = new();

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _devices = builder.Build();
        _devices.Run(async http =>
        {
            var properties = http.Request.Query["properties"].ToString();
            Asked.Enqueue((properties, http.Request.Headers.Authorization.ToString()));
            http.Response.StatusCode = properties.Contains("forbidden", StringComparison.Ordinal) ? 403 : 200;
            await http.Response.WriteAsync(properties.Contains("one", StringComparison.Ordinal) ? """{"data":[{"id":7,"code":"c"}]}""" : properties.Contains("two", StringComparison.Ordinal) ? """{"data":[{"id":7},{"id":8}]}""" : """{"data":[]}""");
        });
        await _devices.StartAsync();
        _python = ProgramProcess.StartPython(
            new Dictionary<string, string> { ["ENDPOINT_DEVICES"] = $"{_devices.Urls.First()}/devices", ["PYTHONDONTWRITEBYTECODE"] = "1" }, _folder.Path, Frame, UserCode);
        await Eventually.Holds(() => _python.Output.Contains("http://", StringComparison.Ordinal), "the frame is there");
        Http = new HttpClient { BaseAddress = new Uri(_python.Output.Trim()), Timeout = Eventually.Patience };
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _python!.SignalAsync("TERM");
        (await _python.ExitAsync()).ShouldBe(0);
        await _python.DisposeAsync();
        await _devices!.DisposeAsync();
        _folder.Dispose();
    }
}
