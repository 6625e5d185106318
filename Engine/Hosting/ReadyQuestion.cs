namespace Muster.Engine.Hosting;

/// <summary>Asks a program on this machine whether it is ready, so that an image without an HTTP client can check its own health.</summary>
public static class ReadyQuestion
{
    /// <summary>Shorter than who watches over containers waits by default.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks <c>/health/ready</c>, and prints what is answered.</summary>
    /// <param name="program">Where the program listens, as this machine reaches it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The exit code: 0 when it is ready, else 1.</returns>
    public static async Task<int> AskAsync(Uri program, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = program, Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancel).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false)).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{program} does not answer: {e.Message}").ConfigureAwait(false);
            return 1;
        }
    }
}
