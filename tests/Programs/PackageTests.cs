using System.IO.Compression;
using System.Xml.Linq;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>The packages of the library, as somebody uses them who has nothing else of this repository.</summary>
public sealed class PackageTests(PackagesFixture packages) : IClassFixture<PackagesFixture>
{
    [Theory]
    [InlineData("Muster.Client", "Client/README.md")]
    [InlineData("Muster.Client.Testing", "Client.Testing/README.md")]
    public async Task A_package_has_its_documentation_its_licence_and_its_readme(string package, string readme)
    {
        await using var content = await ZipFile.OpenReadAsync(Path.Combine(packages.Source, $"{package}.0.1.0.nupkg"));
        var files = content.Entries.Select(e => e.FullName).ToList();
        files.ShouldContain($"lib/net10.0/{package}.dll");
        files.ShouldContain($"lib/net10.0/{package}.xml");
        (await TextAsync(content, "README.md")).ShouldBe(await File.ReadAllTextAsync(Path.Combine(RunTests.Root, readme)));

        var description = XDocument.Parse(await TextAsync(content, $"{package}.nuspec")).Root!.Elements().Single().Elements().ToLookup(e => e.Name.LocalName, e => e.Value);
        description["license"].Single().ShouldBe("Apache-2.0");
        description["readme"].Single().ShouldBe("README.md");
        description["description"].Single().ShouldNotBeEmpty();
        description["version"].Single().ShouldBe("0.1.0");
    }

    [Fact]
    public async Task A_program_with_the_client_submits_to_a_seed_and_works_for_it()
    {
        var program = await packages.BuildAsync("Muster.Client", """
            using Microsoft.Extensions.DependencyInjection;
            using Microsoft.Extensions.Hosting;
            using Muster.Client;
            using Muster.Client.Handlers;

            var builder = Host.CreateApplicationBuilder();
            builder.Services.AddMusterClient(o => o.BaseAddress = new Uri(args[0]));
            builder.Services
                .AddMusterWorker(o => o.Queues = ["images"])
                .Handle<Picture, Thumbnail>("resize", async (picture, context) =>
                {
                    context.Log($"resizing {picture.Name}");
                    await Task.Delay(100, context.Cancelled);
                    return new Thumbnail(picture.Name + ".small");
                });
            using var host = builder.Build();
            await host.StartAsync();
            var muster = host.Services.GetRequiredService<MusterClient>();
            Console.WriteLine(await muster.SubmitAndWaitAsync<Thumbnail>(Submission.Of("resize", new Picture("cat.png", 200)) with { Queue = "images", Id = "cat" }));
            Console.WriteLine(await muster.SubmitAndWaitAsync<string>(new Submission { Func = "echo", Kwargs = null, Input = System.Text.Json.JsonSerializer.SerializeToElement("from the seed") }));
            await host.StopAsync();

            record Picture(string Name, int Width);
            record Thumbnail(string Name);
            """);
        using var folder = new TestFolder();
        var url = $"http://127.0.0.1:{Ports.Free()}";
        await using var seed = SeedProcess.Start(folder.Path, url, "--urls", url);
        await seed.ReadyAsync();

        await using var uses = ProgramProcess.Run(folder.Path, program, url);
        (await uses.ExitAsync()).ShouldBe(0, uses.Output);
        uses.Output.ShouldContain("Thumbnail { Name = cat.png.small }");
        uses.Output.ShouldContain("from the seed");
        (await seed.Api.GetAsync("/v1/processes/cat/logs")).Body!["items"]![0]!["text"]!.GetValue<string>().ShouldBe("resizing cat.png");
    }

    [Fact]
    public async Task A_program_with_the_cluster_for_tests_needs_nothing_else()
    {
        var program = await packages.BuildAsync("Muster.Client.Testing", """
            using Muster.Client;
            using Muster.Client.Handlers;
            using Muster.Client.Testing;

            await using var cluster = await TestCluster.StartAsync(handlers => handlers.Add<int, int>("double", (number, _) => Task.FromResult(2 * number)), movedClock: true);
            var muster = cluster.CreateClient();
            Console.WriteLine($"{await muster.SubmitAndWaitAsync<int>(Submission.Of("double", 21))} is the answer");
            var late = await muster.SubmitAsync(new Submission { Func = "f", Queue = "nobody", MaxWait = TimeSpan.FromHours(1) });
            cluster.Advance(TimeSpan.FromHours(1));
            Console.WriteLine((await muster.WaitAsync(late.Id)).Status);
            """);
        using var folder = new TestFolder();
        await using var uses = ProgramProcess.Run(folder.Path, program);
        (await uses.ExitAsync()).ShouldBe(0, uses.Output);
        uses.Output.ShouldContain("42 is the answer");
        uses.Output.ShouldContain("Failed");
    }

    private static async Task<string> TextAsync(ZipArchive content, string name)
    {
        await using var stream = await content.GetEntry(name).ShouldNotBeNull().OpenAsync();
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
