using RabbitMQ.Client;

namespace Muster.Tests.Workers.Broker;

/// <summary>A broker for all tests that need one, and a connection of the tests' own to it.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    /// <summary>The broker.</summary>
    public RabbitServer Server { get; private set; } = null!;

    /// <summary>The tests' connection; made anew when the broker was away.</summary>
    public IConnection Connection { get; private set; } = null!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Server = await RabbitServer.StartAsync();
        await ConnectAsync();
    }

    /// <summary>Connects to a broker that has just started.</summary>
    public async Task ConnectAsync() =>
        Connection = await Eventually.SeeAsync(() => new ConnectionFactory { Uri = new Uri(Server.Url), AutomaticRecoveryEnabled = false }.CreateConnectionAsync(), c => c.IsOpen);

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Server.DisposeAsync();
    }
}

/// <summary>The tests that share the broker; one after the other, because some of them take it away.</summary>
[CollectionDefinition(Name)]
public sealed class BrokerTests : ICollectionFixture<BrokerFixture>
{
    /// <summary>Its name.</summary>
    public const string Name = "broker";
}
