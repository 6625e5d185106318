using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc;
using Muster.Gateway.Native;
using Muster.Gateway.Native.Wire;
using Muster.Persistence;

namespace Muster.Seed.Keys;

/// <summary>Changes keys through the seed that has the store open, with the key for one call that it leaves in its data folder.</summary>
/// <param name="folder">The data folder.</param>
/// <param name="inUse">Why the store itself could not be opened.</param>
internal sealed class GatewayDesk(string folder, StoreOpenException inUse) : IKeyDesk
{
    /// <summary>Somebody else may take the key of the moment; that this happens again and again is not to be expected.</summary>
    private const int Tries = 5;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public async Task<KeyWire> CreateAsync(NewKeyWire key, CancellationToken cancel)
    {
        using var response = await SendAsync(HttpMethod.Post, "/v1/keys", () => JsonContent.Create(key, NativeJson.Default.NewKeyWire), cancel).ConfigureAwait(false);
        return (await response.Content.ReadFromJsonAsync(NativeJson.Default.KeyWire, cancel).ConfigureAwait(false))!;
    }

    public async Task<IReadOnlyList<KeyWire>> ListAsync(CancellationToken cancel)
    {
        using var response = await SendAsync(HttpMethod.Get, "/v1/keys", () => null, cancel).ConfigureAwait(false);
        return (await response.Content.ReadFromJsonAsync(NativeJson.Default.KeyListWire, cancel).ConfigureAwait(false))!.Items;
    }

    public async Task RevokeAsync(string id, CancellationToken cancel) =>
        (await SendAsync(HttpMethod.Delete, $"/v1/keys/{Uri.EscapeDataString(id)}", () => null, cancel).ConfigureAwait(false)).Dispose();

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Func<HttpContent?> content, CancellationToken cancel)
    {
        for (var i = 1; ; i++)
        {
            var (url, key) = OperatorToken.Read(folder) ?? throw inUse;
            using var request = new HttpRequestMessage(method, new Uri(url, path)) { Content = content() };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            HttpResponseMessage response;
            try
            {
                response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
            }
            catch (HttpRequestException)
            {
                // What a seed left that was killed; somebody else has the store.
                throw inUse;
            }

            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                if (response.StatusCode != HttpStatusCode.Unauthorized || i == Tries)
                {
                    throw new SettingException(await WhyAsync(response, cancel).ConfigureAwait(false));
                }
            }
        }
    }

    private static async Task<string> WhyAsync(HttpResponseMessage response, CancellationToken cancel) =>
        response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            && await response.Content.ReadFromJsonAsync<ProblemDetails>(NativeJson.Default.ProblemDetails, cancel).ConfigureAwait(false) is { Detail: { } detail }
            ? detail
            : $"The seed answered {(int)response.StatusCode}.";
}
