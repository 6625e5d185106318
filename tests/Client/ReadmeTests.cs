using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Muster.Client;
using Muster.Client.Handlers;
using Shouldly;

namespace Muster.Tests.Client;

/// <summary>The examples of the package's README, as they stand there.</summary>
public sealed class ReadmeTests : IAsyncLifetime
{
    private readonly WorkGateway _gateway = new();

    public Task InitializeAsync() => _gateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task The_examples_work()
    {
        _gateway.On("POST /v1/processes", Answer.Ok(new { id = "p", status = "waiting" }));
        _gateway.On("GET /v1/processes/p", Answer.Ok(new { id = "p", status = "succeeded", result = new { name = "cat.png.small" } }));
        _gateway.On("POST /v1/processes/p/attempts/1/progress", Answer.Ok(new { cancel = false }));
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddMusterClient(o => (o.BaseAddress, o.ApiKey) = (_gateway.Address, "key"));
        builder.Services
            .AddMusterWorker(o =>
            {
                o.Queues = ["images"];
                o.Slots = 8;
            })
            .Handle<Picture, Thumbnail>("resize", async (picture, context) =>
            {
                context.Log($"resizing {picture.Name}");
                context.Progress(0.5, "halfway");
                await Task.Delay(10, context.Cancelled);
                return new Thumbnail(picture.Name + ".small");
            })
            .Handle<ImportHandler>("import");
        using var host = builder.Build();
        await host.StartAsync();
        _gateway.Give("p", "resize", new { name = "cat.png", width = 200 });
        _gateway.Give("q", "import", "all");
        var muster = host.Services.GetRequiredService<MusterClient>();

        var thumbnail = await muster.SubmitAndWaitAsync<Thumbnail>(
            Submission.Of("resize", new Picture("cat.png", 200)) with { Queue = "images", MaxExec = TimeSpan.FromMinutes(5) });
        var done = await _gateway.HeardAsync("complete", 2);
        await host.StopAsync();

        thumbnail.ShouldBe(new Thumbnail("cat.png.small"));
        done.Select(item => item.GetProperty("result").ToString()).Order().ShouldBe(["imported all", """{"name":"cat.png.small"}"""]);
        _gateway.All("POST /v1/assign").ShouldAllBe(seen => seen.Headers.Authorization.ToString() == "Bearer key");
    }

    private sealed record Picture(string Name, int Width);

    private sealed record Thumbnail(string Name);

    private sealed class ImportHandler : TypedHandler<string, string>
    {
        protected override Task<string> RunAsync(string input, IProcessContext context) => Task.FromResult($"imported {input}");
    }
}
