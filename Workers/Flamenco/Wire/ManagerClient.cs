using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Muster.Workers.Flamenco.Configuration;

namespace Muster.Workers.Flamenco.Wire;

/// <summary>The calls of a worker to its manager. Each takes as long as the settings say and is made once; what is to be repeated is known by those who call.</summary>
internal sealed class ManagerClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly FlamencoSettings _settings;

    public ManagerClient(FlamencoSettings settings)
    {
        _settings = settings;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = settings.RequestTimeout, UseCookies = false };
        _http = new HttpClient(handler) { Timeout = settings.RequestTimeout };

        // Managers look at the version: from 2.1 on a worker knows status changes.
        _http.DefaultRequestHeaders.UserAgent.ParseAdd($"Flamenco-Worker/2.5 Muster/{typeof(ManagerClient).Assembly.GetName().Version!.ToString(3)}");
    }

    /// <summary>Who the worker is; null before it is registered.</summary>
    public (string Id, string Secret)? Identity { get; set; }

    public Task<ManagerAnswer> RegisterAsync(RegistrationRequest request, string? token, CancellationToken cancel) =>
        SendAsync(HttpMethod.Post, "/register-worker", Json(FlamencoWire.Write(request)), token is null ? null : new AuthenticationHeaderValue("Bearer", token), cancel);

    public Task<ManagerAnswer> SignOnAsync(SignOnRequest request, CancellationToken cancel) => SendAsync(HttpMethod.Post, "/sign-on", Json(FlamencoWire.Write(request)), cancel);

    public Task<ManagerAnswer> SignOffAsync(CancellationToken cancel) => SendAsync(HttpMethod.Post, "/sign-off", null, cancel);

    public Task<ManagerAnswer> FetchTaskAsync(CancellationToken cancel) => SendAsync(HttpMethod.Post, "/task", null, cancel);

    public Task<ManagerAnswer> UpdateAsync(string task, byte[] update, CancellationToken cancel) => SendAsync(HttpMethod.Post, $"/tasks/{Uri.EscapeDataString(task)}/update", Json(update), cancel);

    public Task<ManagerAnswer> ReturnAsync(string task, CancellationToken cancel) => SendAsync(HttpMethod.Post, $"/tasks/{Uri.EscapeDataString(task)}/return", null, cancel);

    public Task<ManagerAnswer> MayIRunAsync(string task, CancellationToken cancel) => SendAsync(HttpMethod.Get, $"/may-i-run/{Uri.EscapeDataString(task)}", null, cancel);

    public Task<ManagerAnswer> StatusChangeAsync(CancellationToken cancel) => SendAsync(HttpMethod.Get, "/status-change", null, cancel);

    public Task<ManagerAnswer> AcknowledgeAsync(string status, CancellationToken cancel) => SendAsync(HttpMethod.Post, $"/ack-status-change/{Uri.EscapeDataString(status)}", null, cancel);

    public Task<ManagerAnswer> OutputProducedAsync(IReadOnlyList<string> paths, CancellationToken cancel) =>
        SendAsync(HttpMethod.Post, "/output-produced", Json(FlamencoWire.Write(new OutputProduced(paths))), cancel);

    public void Dispose() => _http.Dispose();

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private Task<ManagerAnswer> SendAsync(HttpMethod method, string path, ByteArrayContent? content, CancellationToken cancel)
    {
        var basic = Identity is var (id, secret) ? Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")) : null;
        return SendAsync(method, path, content, basic is null ? null : new AuthenticationHeaderValue("Basic", basic), cancel);
    }

    private async Task<ManagerAnswer> SendAsync(HttpMethod method, string path, ByteArrayContent? content, AuthenticationHeaderValue? authorization, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(_settings.Manager, path)) { Content = content };
            request.Headers.Authorization = authorization;
            if (content is null && method == HttpMethod.Post)
            {
                // An empty body with its length and without a type.
                request.Content = new ByteArrayContent([]);
            }

            using var response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
            return new ManagerAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new ManagerAwayException($"no answer within {_settings.RequestTimeout.TotalSeconds:0.###} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidOperationException)
        {
            throw new ManagerAwayException(e.InnerException is SocketException socket ? socket.Message : e.Message, e);
        }
    }
}
