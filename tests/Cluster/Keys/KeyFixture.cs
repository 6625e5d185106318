using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Muster.Seed;
using Muster.Tests.Support;
using Shouldly;

namespace Muster.Tests.Cluster.Keys;

/// <summary>A cluster whose gateway needs keys, and callers with keys of every kind.</summary>
public sealed class KeyFixture : SeedFixture, IDisposable
{
    /// <summary>The first operator's key, given at the start.</summary>
    public const string Bootstrap = "muster_first_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly ConcurrentBag<HttpClient> _clients = [];
    private readonly ConcurrentDictionary<(string Role, string Namespace), Task<Api>> _callers = [];

    /// <inheritdoc />
    protected override SeedSettings Settings => base.Settings with { BootstrapKey = Bootstrap };

    /// <summary>The caller with the first key.</summary>
    public Api Operator => With(Bootstrap);

    /// <summary>A caller with a key of a role for a namespace; * for all.</summary>
    public Task<Api> As(string role, string nameSpace) => _callers.GetOrAdd((role, nameSpace), async _ => With((await NewAsync(role, nameSpace)).Key));

    /// <summary>A new key of a role for a namespace.</summary>
    public async Task<(string Id, string Key)> NewAsync(string role, string nameSpace)
    {
        var (status, body) = await Operator.PostAsync("/v1/keys", $$"""{"name":"{{role}} of {{nameSpace}}","role":"{{role}}","namespace":"{{nameSpace}}"}""");
        status.ShouldBe(HttpStatusCode.Created, $"{body}");
        return (body!.Id(), body!["key"]!.GetValue<string>());
    }

    /// <summary>A caller that shows a text as its key.</summary>
    public Api With(string key)
    {
        var http = new HttpClient { BaseAddress = Seed.Api.Http.BaseAddress, Timeout = Seed.Api.Http.Timeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _clients.Add(http);
        return new Api(http);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }
}
