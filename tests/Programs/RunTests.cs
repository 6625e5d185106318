using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>The command `run FILE`, as a user calls it.</summary>
public sealed class RunTests
{
    internal static readonly string Root = FindRoot();

    [Fact]
    public async Task The_tour_ends_as_expected_and_a_second_time_too()
    {
        using var folder = new TestFolder();
        for (var round = 0; round < 2; round++)
        {
            await using var seed = SeedProcess.Start(Root, null, "--data", folder.File("data"), "--urls", "http://127.0.0.1:0", "run", "samples/tour.json");
            var exit = await seed.ExitAsync(120);
            exit.ShouldBe(0, seed.Output);
            seed.Output.ShouldContain("ended as expected");
        }
    }

    [Theory]
    [InlineData("samples/sleep.json")]
    [InlineData("samples/exec.json")]
    public async Task The_other_samples_end_as_expected(string file)
    {
        using var folder = new TestFolder();
        await using var seed = SeedProcess.Start(Root, null, "--data", folder.File("data"), "--urls", "http://127.0.0.1:0", "run", file);
        (await seed.ExitAsync(120)).ShouldBe(0, seed.Output);
    }

    [Fact]
    public async Task A_run_in_which_a_process_ends_otherwise_exits_with_1_and_says_which()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("bad.json"), """{"processes":[{"name":"good","func":"echo","args":[1]},{"name":"wrong","func":"echo","args":[1],"expect":"failed"}]}""");
        await using var seed = SeedProcess.Start(folder.Path, null, "--store", "memory", "--urls", "http://127.0.0.1:0", "run", "bad.json");
        (await seed.ExitAsync()).ShouldBe(1, seed.Output);
        seed.Output.ShouldContain("wrong is succeeded, expected failed");
    }

    [Theory]
    [InlineData("""{"processes":[]}""", "at least one process")]
    [InlineData("""{"processes":[{"func":"echo"}]}""", "process 1 has no 'name'")]
    [InlineData("""{"processes":[{"name":"a","func":"echo"},{"name":"a","func":"echo"}]}""", "stands twice")]
    [InlineData("""{"processes":[{"name":"a","func":"echo","after":["b"]}]}""", "names 'b'")]
    [InlineData("""{"processes":[{"name":"a","func":"echo","expect":"waiting"}]}""", "'expect' is succeeded, failed or cancelled")]
    [InlineData("""{"processes":[{"name":"a","func":"echo","after":["b"]},{"name":"b","func":"echo","after":["a"]}]}""", "cycle")]
    [InlineData("""{"processes":[{"name":"a","func":"echo","colour":1}]}""", "There is no field 'colour'")]
    [InlineData("""{"processes":[{"name":"a","func":"echo","maxRetries":-2}]}""", "'maxRetries' must be between -1")]
    [InlineData("not json", "JSON is wrong")]
    public async Task A_wrong_file_is_refused_with_the_reason(string content, string reason)
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("file.json"), content);
        await using var seed = SeedProcess.Start(folder.Path, null, "--store", "memory", "--urls", "http://127.0.0.1:0", "run", "file.json");
        (await seed.ExitAsync()).ShouldBe(2, seed.Output);
        seed.Output.ShouldContain(reason);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cluster.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Cluster.sln was not found above the tests.");
        }

        return folder;
    }
}
