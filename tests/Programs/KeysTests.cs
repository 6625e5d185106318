using System.Net;
using System.Net.Http.Headers;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Programs;

/// <summary>The commands `keys ...`, the first key, and a gateway that refuses to be open, as real programs.</summary>
public sealed class KeysTests : IDisposable
{
    private const string Bootstrap = "muster_admin_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly TestFolder _folder = new();
    private readonly string _url = $"http://127.0.0.1:{Ports.Free()}";

    private string TokenFile => Path.Combine(_folder.Path, "data", "operator.token");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keys_made_before_the_start_are_good_after_it()
    {
        var worker = KeyIn(await RunAsync(0, "keys", "create", "--name", "press", "--role", "worker", "--namespace", "photos"));
        var admin = KeyIn(await RunAsync(0, "keys", "create", "--name", "Ada L.", "--role", "operator"));
        var list = await RunAsync(0, "keys", "list");
        list.ShouldContain("press");
        list.ShouldContain("Ada L.");
        list.ShouldNotContain(admin.Split('_')[2]);
        await RunAsync(0, "keys", "revoke", worker.Split('_')[1]);

        await using var seed = await SeedAsync();
        (await StatusAsync(null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(worker)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(admin)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task While_a_seed_runs_its_owner_is_let_in_by_a_key_for_one_call()
    {
        await using var seed = await SeedAsync();
        var token = await TokenAsync();
        File.GetUnixFileMode(TokenFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var admin = KeyIn(await RunAsync(0, "keys", "create", "--name", "ada", "--role", "operator"));
        (await TokenAsync()).ShouldNotBe(token);
        (await StatusAsync(token)).ShouldBe(HttpStatusCode.Unauthorized, "it was used");
        (await StatusAsync(await TokenAsync())).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(admin)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(null)).ShouldBe(HttpStatusCode.Unauthorized);

        var reader = KeyIn(await RunAsync(0, "keys", "create", "--name", "bob", "--role", "reader", "--namespace", "*"));
        (await RunAsync(0, "keys", "list")).ShouldContain("bob");
        (await StatusAsync(reader)).ShouldBe(HttpStatusCode.OK);
        await RunAsync(0, "keys", "revoke", reader.Split('_')[1]);
        (await StatusAsync(reader)).ShouldBe(HttpStatusCode.Unauthorized);
        (await RunAsync(2, "keys", "revoke", "nobody")).ShouldContain("no key nobody");
        (await RunAsync(2, "keys", "create", "--name", "x", "--role", "king")).ShouldContain("'role' is reader");

        await seed.SignalAsync("TERM");
        (await seed.ExitAsync()).ShouldBe(0, seed.Output);
        File.Exists(TokenFile).ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_killed_seed_left_does_not_mislead()
    {
        await using (var seed = await SeedAsync())
        {
            await TokenAsync();
            await seed.KillAsync();
        }

        File.Exists(TokenFile).ShouldBeTrue();
        KeyIn(await RunAsync(0, "keys", "create", "--name", "ada", "--role", "operator"));
        await using var again = await SeedAsync();
        (await StatusAsync(null)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_that_is_given_at_the_start_is_made_once_and_stays_revoked()
    {
        for (var start = 0; start < 2; start++)
        {
            await using var seed = await SeedAsync(Bootstrap);
            (await StatusAsync(Bootstrap)).ShouldBe(HttpStatusCode.OK);
            (await StatusAsync(null)).ShouldBe(HttpStatusCode.Unauthorized);
            await seed.SignalAsync("TERM");
            (await seed.ExitAsync()).ShouldBe(0, seed.Output);
        }

        (await RunAsync(0, "keys", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
        await RunAsync(0, "keys", "revoke", "admin");
        await using (await SeedAsync(Bootstrap))
        {
            (await StatusAsync(Bootstrap)).ShouldBe(HttpStatusCode.Unauthorized);
        }

        await using var other = Seed(Bootstrap[..^1] + "0", "--urls", "http://127.0.0.1:0");
        (await other.ExitAsync()).ShouldBe(2, other.Output);
        other.Output.ShouldContain("under which the store has another key");
    }

    [Theory]
    [InlineData("letmein")]
    [InlineData("muster_admin_letmein")]
    public async Task A_weak_first_key_is_refused(string key)
    {
        await using var seed = Seed(key, "--urls", "http://127.0.0.1:0");
        (await seed.ExitAsync()).ShouldBe(2, seed.Output);
        seed.Output.ShouldContain("MUSTER_BOOTSTRAP_KEY is not muster_ID_SECRET");
        seed.Output.ShouldNotContain("letmein");
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://127.0.0.1:0;http://192.0.2.1:0")]
    [InlineData("http://name.example:0")]
    public async Task Off_loopback_a_gateway_without_keys_refuses_to_start(string urls)
    {
        await using var seed = Seed(null, "--urls", urls);
        (await seed.ExitAsync()).ShouldBe(2, seed.Output);
        seed.Output.ShouldContain("is not loopback, and there are no keys");
        seed.Output.ShouldContain("keys create --name NAME --role operator");
        seed.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_revoked_key_is_none_off_loopback()
    {
        var key = KeyIn(await RunAsync(0, "keys", "create", "--name", "ada", "--role", "operator"));
        await RunAsync(0, "keys", "revoke", key.Split('_')[1]);
        await using var seed = Seed(null, "--urls", "http://0.0.0.0:0");
        (await seed.ExitAsync()).ShouldBe(2, seed.Output);
        seed.Output.ShouldContain("there are no keys");
    }

    [Fact]
    public async Task A_file_is_run_on_a_store_with_keys()
    {
        await RunAsync(0, "keys", "create", "--name", "ada", "--role", "operator");
        await File.WriteAllTextAsync(_folder.File("one.json"), """{"processes":[{"name":"a","func":"echo","args":[1]}]}""");
        (await RunAsync(0, "--urls", "http://127.0.0.2:0", "run", "one.json")).ShouldContain("ended as expected");
    }

    [Theory]
    [InlineData("There is no store at", "keys", "list")]
    [InlineData("There is no store at", "keys", "revoke", "x")]
    [InlineData("inside its seed", "--store", "memory", "keys", "list")]
    [InlineData("'namespace' is", "keys", "create", "--name", "n", "--role", "reader", "--namespace", "two words")]
    public async Task A_wrong_command_is_refused_with_the_reason(string reason, params string[] arguments) =>
        (await RunAsync(2, arguments)).ShouldContain(reason);

    private static string KeyIn(string output) => output.Split('\n').Single(line => line.StartsWith("muster_", StringComparison.Ordinal));

    private async Task<string> TokenAsync() =>
        (await Eventually.SeeAsync(() => Task.FromResult(File.Exists(TokenFile) ? File.ReadAllLines(TokenFile) : []), lines => lines.Length == 2 && lines[0] == _url))[1];

    private async Task<HttpStatusCode> StatusAsync(string? key)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.GetAsync(new Uri($"{_url}/v1/processes"));
        return response.StatusCode;
    }

    private async Task<string> RunAsync(int exit, params string[] arguments)
    {
        await using var command = SeedProcess.Start(_folder.Path, null, arguments);
        (await command.ExitAsync()).ShouldBe(exit, command.Output);
        return command.Output;
    }

    private async Task<SeedProcess> SeedAsync(string? bootstrap = null)
    {
        var seed = Seed(bootstrap, "--urls", _url, "--slots", "0");
        await seed.ReadyAsync();
        return seed;
    }

    private SeedProcess Seed(string? bootstrap, params string[] arguments) => bootstrap is null
        ? SeedProcess.Start(_folder.Path, _url, arguments)
        : SeedProcess.StartWith(new Dictionary<string, string> { ["MUSTER_BOOTSTRAP_KEY"] = bootstrap }, _folder.Path, _url, arguments);
}
