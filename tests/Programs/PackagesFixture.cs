using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>The packages as they are published, in a folder that NuGet takes them from.</summary>
public sealed class PackagesFixture : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    /// <summary>The folder with the packages.</summary>
    public string Source => Directory.CreateDirectory(_folder.File("packages")).FullName;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        // As it was built with these tests: packing must not build into folders that other tests run from.
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
        foreach (var project in new[] { "Client", "Client.Testing" })
        {
            await using var pack = ProgramProcess.Run(
                Path.Combine(RunTests.Root, project), "pack", "--no-build", "--configuration", configuration, "--output", Source, "--nologo", "-nodeReuse:false");
            (await pack.ExitAsync(180)).ShouldBe(0, pack.Output);
        }
    }

    /// <inheritdoc />
    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Builds a console program that has one package, and gives its assembly.</summary>
    public async Task<string> BuildAsync(string package, string program)
    {
        var project = Directory.CreateDirectory(_folder.File($"uses-{package}")).FullName;
        // A store of its own, so that the machine's never holds a package of a test; what it has already is not fetched again.
        await File.WriteAllTextAsync(Path.Combine(project, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_folder.File("store")}" /></config>
              <packageSources><add key="here" value="{Source}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{MachineStore()}" /></fallbackPackageFolders>
            </configuration>
            """);
        await File.WriteAllTextAsync(Path.Combine(project, "Uses.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                <!-- A source of packages need not have each old version that is asked for. -->
                <NoWarn>NU1603</NoWarn>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="{package}" Version="0.1.0" /></ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), program);
        await using var build = ProgramProcess.Run(project, "build", "--nologo", "--output", Path.Combine(project, "out"), "-nodeReuse:false", "-p:UseSharedCompilation=false");
        (await build.ExitAsync(240)).ShouldBe(0, build.Output);
        return Path.Combine(project, "out", "Uses.dll");
    }

    private static string MachineStore() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } chosen
        ? chosen
        : Directory.CreateDirectory(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")).FullName;
}
