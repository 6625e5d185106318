using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Gateway.Security;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime.Hosting;

namespace Muster.Seed.Run;

/// <summary>Starts a seed, runs the processes of a file on it, shows them, and stops. Speaks to the gateway as any user would.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(SeedSettings settings, string path, CancellationToken cancel)
    {
        var file = await RunFile.ReadAsync(path, cancel).ConfigureAwait(false);
        var (urls, moved) = FreeUrls(settings.Urls);
        if (moved)
        {
            await Console.Out.WriteLineAsync($"{settings.Urls} is in use; this run listens on {urls}.").ConfigureAwait(false);
        }

        settings = settings with
        {
            Urls = urls,
            LogLevel = settings.LogLevel == LogLevel.Information ? LogLevel.Warning : settings.LogLevel,
            Queues = AlsoServing(settings.Queues, file.Queues),
        };
        var app = SeedHost.Build(settings);
        await using (app.ConfigureAwait(false))
        {
            await app.StartAsync(cancel).ConfigureAwait(false);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, app.Lifetime.ApplicationStopping);
            try
            {
                using var http = new HttpClient { BaseAddress = BoundUrls.Near(new Uri(urls.Split(';')[0])) };
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", app.Services.GetRequiredService<KeyRing>().Lend());
                var ids = await SubmitAsync(http, file, app.Services.GetRequiredService<Persistence.IStore>().Clock, stop.Token).ConfigureAwait(false);
                return await WatchAsync(http, file, ids, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                await Console.Out.WriteLineAsync("Stopped; what has not finished stays in the store and goes on at the next start.").ConfigureAwait(false);
                return 130;
            }
            finally
            {
                await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static IReadOnlyList<string> AlsoServing(IReadOnlyList<string> queues, IEnumerable<string> more)
    {
        var served = ServedQueue.ReadAll(queues);
        return [.. queues, .. more.Where(queue => !served.Any(s => s.Overlaps(new ServedQueue(null, queue, null))))];
    }

    private static (string Urls, bool Moved) FreeUrls(string urls)
    {
        var parsed = BoundUrls.Parse(urls);
        var free = parsed.Select(u => BoundUrls.IsBusy(u) || u.Port == 0 ? BoundUrls.WithFreePort(u) : u.GetLeftPart(UriPartial.Authority)).ToList();
        return (string.Join(';', free), parsed.Any(BoundUrls.IsBusy));
    }

    private static async Task<Dictionary<string, string>> SubmitAsync(HttpClient http, RunFile file, TimeProvider clock, CancellationToken cancel)
    {
        var ids = file.Processes.ToDictionary(p => p.Name, _ => Ids.New(clock), StringComparer.Ordinal);
        var batch = new JsonArray();
        foreach (var process in file.Processes)
        {
            var submission = (JsonObject)process.Submission.DeepClone();
            submission["id"] = ids[process.Name];
            if (process.After.Count > 0)
            {
                submission["after"] = new JsonArray([.. process.After.Select(a => (JsonNode)ids[a])]);
            }

            if (process.Delay is { } delay)
            {
                submission["notBefore"] = clock.GetUtcNow() + delay;
            }

            batch.Add((JsonNode)submission);
        }

        using var body = new StringContent(batch.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri("/v1/processes", UriKind.Relative), body, cancel).ConfigureAwait(false);
        var answer = (await response.Content.ReadFromJsonAsync<JsonNode>(cancel).ConfigureAwait(false))!;
        var items = answer["items"]?.AsArray() ?? throw new RunFileException(answer["detail"]?.ToString() ?? answer.ToJsonString());
        var refused = items.Select((item, i) => (item, file.Processes[i].Name)).Where(x => x.item!["problem"] is not null).ToList();
        return refused.Count == 0
            ? ids
            : throw new RunFileException(string.Join(Environment.NewLine, refused.Select(r => $"{r.Name}: {r.item!["problem"]!["detail"]}")));
    }

    private static async Task<int> WatchAsync(HttpClient http, RunFile file, Dictionary<string, string> ids, CancellationToken cancel)
    {
        var start = TimeProvider.System.GetTimestamp();
        var shown = file.Processes.ToDictionary(p => p.Name, p => new RunView(p), StringComparer.Ordinal);
        var display = RunDisplay.Create([.. shown.Values]);
        var cancelled = new HashSet<string>(StringComparer.Ordinal);
        using var timer = new PeriodicTimer(LookEvery);
        while (true)
        {
            foreach (var process in file.Processes.Where(p => !shown[p.Name].IsFinal))
            {
                if (process.CancelAfter is { } after && TimeProvider.System.GetElapsedTime(start) >= after && cancelled.Add(process.Name))
                {
                    using var response = await http.PostAsync(new Uri($"/v1/processes/{ids[process.Name]}/cancel", UriKind.Relative), null, cancel).ConfigureAwait(false);
                }

                var state = await http.GetFromJsonAsync<JsonObject>(new Uri($"/v1/processes/{ids[process.Name]}", UriKind.Relative), cancel).ConfigureAwait(false);
                shown[process.Name].Update(state!);
            }

            display.Show();
            if (shown.Values.All(v => v.IsFinal))
            {
                break;
            }

            await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false);
        }

        display.Finish(TimeProvider.System.GetElapsedTime(start));
        return shown.Values.All(v => v.AsExpected) ? 0 : 1;
    }
}
