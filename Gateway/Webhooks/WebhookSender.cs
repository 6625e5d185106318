using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Engine;
using Muster.Gateway.Native;
using Muster.Gateway.Native.Wire;
using Muster.Messages;
using Muster.Persistence;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Webhooks;

/// <summary>Tells the webhooks of processes that became final. That one is due stands in the process's row, so none is forgotten; each is told at least once. Of several seeds the oldest does it.</summary>
/// <param name="system">This node.</param>
/// <param name="store">The store.</param>
/// <param name="options">How often it tries.</param>
/// <param name="log">Gets what failed.</param>
public sealed partial class WebhookSender(ActorSystem system, IStore store, GatewayOptions options, ILogger<WebhookSender> log) : BackgroundService
{
    /// <summary>The header that carries the signature: <c>t=UNIX_SECONDS,v1=HEX</c> over <c>SECONDS.BODY</c>.</summary>
    public const string SignatureHeader = "Muster-Signature";

    private const int Page = 200;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ProcessId, int> _tries = [];

    // A webhook is told once; following where it points would tell somebody else.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = Timeout };

    /// <summary>The signature of a body.</summary>
    public static string Sign(string secret, long unixSeconds, string body)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{unixSeconds}.{body}"));
        return $"t={unixSeconds},v1={Convert.ToHexStringLower(mac)}";
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (!EngineContext.IsOldestSeed(system))
            {
                continue;
            }

            try
            {
                IReadOnlyList<WebhookRow> due;
                do
                {
                    due = await store.Read.WebhooksAsync(store.Clock.GetUtcNow(), Page, stoppingToken).ConfigureAwait(false);
                    await Parallel.ForEachAsync(due, AtOnce(stoppingToken), async (d, cancel) => await TellAsync(d, cancel).ConfigureAwait(false)).ConfigureAwait(false);
                }
                while (due.Count == Page);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogRound(e);
            }
        }
    }

    // A receiver that does not answer holds one of these places, not the others.
    private static ParallelOptions AtOnce(CancellationToken cancel) => new() { MaxDegreeOfParallelism = 32, CancellationToken = cancel };

    private async Task TellAsync(WebhookRow due, CancellationToken cancel)
    {
        var row = await store.Read.FindAsync(due.Id, cancel).ConfigureAwait(false);
        var spec = await store.Read.SpecAsync(due.Id, cancel).ConfigureAwait(false);
        if (row is null || spec?.Webhook is not { } hook)
        {
            await store.Rows.WebhookDoneAsync(due.Id, null).ConfigureAwait(false);
            return;
        }

        var error = await SendAsync(hook.Url, hook.Secret, row, cancel).ConfigureAwait(false);
        if (error is null)
        {
            _tries.TryRemove(due.Id, out _);
            await store.Rows.WebhookDoneAsync(due.Id, null).ConfigureAwait(false);
            return;
        }

        var tries = _tries.AddOrUpdate(due.Id, 1, (_, n) => n + 1);
        if (tries >= options.WebhookAttempts)
        {
            LogGivenUp(due.Id, tries, error);
            _tries.TryRemove(due.Id, out _);
            await store.Rows.WebhookDoneAsync(due.Id, null).ConfigureAwait(false);
            return;
        }

        LogFailed(due.Id, tries, error);
        await store.Rows.WebhookDoneAsync(due.Id, store.Clock.GetUtcNow() + (FirstRetry * Math.Pow(2, tries - 1))).ConfigureAwait(false);
    }

    private async Task<string?> SendAsync(string url, string? secret, ProcessRow row, CancellationToken cancel)
    {
        var result = await store.Read.ResultAsync(row.Id, cancel).ConfigureAwait(false);
        var body = JsonSerializer.Serialize(ProcessWire.Of(row) with { Result = result }, NativeJson.Default.ProcessWire);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        if (secret is not null)
        {
            request.Headers.Add(SignatureHeader, Sign(secret, store.Clock.GetUtcNow().ToUnixTimeSeconds(), body));
        }

        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Also an address that no request can be made for: it is given up like one that does not answer.
            return e.Message;
        }
    }

    [LoggerMessage(2001, LogLevel.Warning, "Webhooks could not be looked up; the next round tries again")]
    private partial void LogRound(Exception e);

    [LoggerMessage(2002, LogLevel.Warning, "The webhook of process {ProcessId} failed in try {Try}: {Error}")]
    private partial void LogFailed(ProcessId processId, int @try, string error);

    [LoggerMessage(2003, LogLevel.Error, "The webhook of process {ProcessId} is given up after {Tries} tries: {Error}")]
    private partial void LogGivenUp(ProcessId processId, int tries, string error);
}
