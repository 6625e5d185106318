namespace Muster.Tests.Support;

/// <summary>A seed as a real program, to be killed.</summary>
public sealed class SeedProcess : ProgramProcess
{
    private SeedProcess(string? build, string folder, string? url, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables)
        : base(folder, build ?? Path.Combine(AppContext.BaseDirectory, "Cluster.Seed.dll"), arguments, variables)
    {
        Url = url;
        Api = new Api(new HttpClient { BaseAddress = url is null ? null : new Uri(url), Timeout = TimeSpan.FromSeconds(60 * Eventually.Slow) });
    }

    /// <summary>Where its gateway is.</summary>
    public string? Url { get; }

    /// <summary>Its gateway.</summary>
    public Api Api { get; }

    /// <summary>Starts the seed beside the tests with these arguments.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="url">Where its gateway will be; null when it is not asked.</param>
    /// <param name="arguments">The command line.</param>
    public static SeedProcess Start(string folder, string? url, params string[] arguments) => new(null, folder, url, arguments, null);

    /// <summary>The same, with more variables in its environment.</summary>
    public static SeedProcess StartWith(IReadOnlyDictionary<string, string> variables, string folder, string? url, params string[] arguments) => new(null, folder, url, arguments, variables);

    /// <summary>The same, of another build.</summary>
    /// <param name="build">The file of its assembly; null for the one beside the tests.</param>
    /// <param name="variables">What is added to the environment.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="url">Where its gateway will be.</param>
    /// <param name="arguments">The command line.</param>
    public static SeedProcess StartOf(string? build, IReadOnlyDictionary<string, string> variables, string folder, string? url, params string[] arguments) => new(build, folder, url, arguments, variables);

    /// <summary>Waits until it can serve.</summary>
    public Task ReadyAsync() => Eventually.TrueAsync(async () =>
        ExitCode is { } code
            ? throw new InvalidOperationException($"The seed ended with {code}: {Output}")
            : (await Api.GetAsync("/health/ready").ConfigureAwait(false)).Status == System.Net.HttpStatusCode.OK);

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        Api.Http.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
