using Muster.Client;

namespace Muster.Tests.Client;

/// <summary>A gateway of its own for each test, and a client that does not dawdle.</summary>
public abstract class ClientTest : IAsyncLifetime
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    protected FakeGateway Gateway { get; } = new();

    public virtual Task InitializeAsync() => Gateway.StartAsync();

    public virtual async Task DisposeAsync()
    {
        _http.Dispose();
        await Gateway.DisposeAsync();
    }

    protected MusterClient Client(TimeProvider? clock = null, Action<MusterClientOptions>? configure = null)
    {
        var options = new MusterClientOptions { BaseAddress = Gateway.Address, RetryDelay = TimeSpan.FromMilliseconds(2) };
        configure?.Invoke(options);
        return new MusterClient(_http, options, clock);
    }

    protected static object Process(string id, string status = "waiting", object? result = null) => new { id, @namespace = "default", status, queue = "default", func = "f", result };
}
