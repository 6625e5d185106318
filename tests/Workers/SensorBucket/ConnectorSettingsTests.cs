using Muster.Workers.SensorBucket;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.SensorBucket;

/// <summary>The environment of a connector.</summary>
public sealed class ConnectorSettingsTests
{
    private static readonly Dictionary<string, string> Least = new()
    {
        ["AMQP_HOST"] = "amqp://u:p@mq:5672/v",
        ["QUEUE_NAME"] = "worker-1",
        ["TOPIC"] = "1",
        ["EXCHANGE"] = "pipeline.messages",
        ["HTTP_ENDPOINT"] = "http://function/x",
    };

    [Fact]
    public void What_is_not_set_has_its_default()
    {
        var settings = ConnectorSettings.Read(Least.GetValueOrDefault, ownFunction: false);
        (settings.Broker.Host, settings.Queue, settings.Topic, settings.Exchange, settings.Endpoint!.AbsoluteUri).ShouldBe(("mq", "worker-1", "1", "pipeline.messages", "http://function/x"));
        (settings.MaxRetries, settings.Timeout.TotalSeconds, settings.Prefetch, settings.Metrics, settings.ErrorTopic).ShouldBe((3, 120, 100, ":2112", "errors"));
        // As deployments of the original set what they have no value for.
        Read(("HTTP_TIMEOUT", ""), ("ERROR_TOPIC", ""), ("MAX_RETRIES", ""), ("METRICS_ADDR", "")).ShouldBe(settings with { Metrics = "" });
    }

    [Fact]
    public void What_is_set_is_taken()
    {
        var settings = Read(("MAX_RETRIES", "0"), ("AMQP_PREFETCH", "7"), ("METRICS_ADDR", "127.0.0.1:99"), ("ERROR_TOPIC", "wrong"));
        (settings.MaxRetries, settings.Prefetch, settings.Metrics, settings.ErrorTopic).ShouldBe((0, 7, "127.0.0.1:99", "wrong"));
    }

    [Theory]
    [InlineData("5", 5_000)]
    [InlineData("0.5", 500)]
    [InlineData("250ms", 250)]
    [InlineData("3s", 3_000)]
    [InlineData("2m", 120_000)]
    public void A_time_may_have_a_unit(string text, double milliseconds) => Read(("HTTP_TIMEOUT", text)).Timeout.TotalMilliseconds.ShouldBe(milliseconds);

    [Theory]
    [InlineData("AMQP_HOST")]
    [InlineData("QUEUE_NAME")]
    [InlineData("TOPIC")]
    [InlineData("EXCHANGE")]
    [InlineData("HTTP_ENDPOINT")]
    public void What_is_required_is_named(string name) => Refused((name, "")).ShouldStartWith($"Not set: {name}.");

    [Fact]
    public void All_that_is_missing_is_named_at_once() =>
        Should.Throw<WorkerException>(() => ConnectorSettings.Read(_ => null, ownFunction: false)).Message.ShouldStartWith("Not set: AMQP_HOST, QUEUE_NAME, TOPIC, EXCHANGE, HTTP_ENDPOINT.");

    [Fact]
    public void A_connector_with_a_function_of_its_own_needs_the_devices_and_no_endpoint()
    {
        Should.Throw<WorkerException>(() => ConnectorSettings.Read(Least.GetValueOrDefault, ownFunction: true)).Message.ShouldStartWith("Not set: ENDPOINT_DEVICES.");
        ConnectorSettings.Read(new Dictionary<string, string>(Least) { ["HTTP_ENDPOINT"] = "", ["ENDPOINT_DEVICES"] = "http://x" }.GetValueOrDefault, ownFunction: true).Endpoint.ShouldBeNull();
    }

    [Theory]
    [InlineData("AMQP_HOST", "mq:5672")]
    [InlineData("AMQP_HOST", "http://mq")]
    [InlineData("HTTP_ENDPOINT", "function")]
    [InlineData("MAX_RETRIES", "-1")]
    [InlineData("MAX_RETRIES", "many")]
    [InlineData("AMQP_PREFETCH", "0")]
    [InlineData("AMQP_PREFETCH", "70000")]
    [InlineData("HTTP_TIMEOUT", "0")]
    [InlineData("HTTP_TIMEOUT", "-5")]
    [InlineData("HTTP_TIMEOUT", "2h")]
    [InlineData("HTTP_TIMEOUT", "99999m")]
    [InlineData("METRICS_ADDR", "2112")]
    [InlineData("METRICS_ADDR", "host.example:2112")]
    [InlineData("METRICS_ADDR", ":70000")]
    public void What_cannot_be_is_refused_by_name(string name, string value) => Refused((name, value)).ShouldStartWith(name);

    private static string Refused((string, string) changed) => Should.Throw<WorkerException>(() => Read(changed)).Message;

    private static ConnectorSettings Read(params (string Name, string Value)[] changed)
    {
        var all = new Dictionary<string, string>(Least);
        foreach (var (name, value) in changed)
        {
            all[name] = value;
        }

        return ConnectorSettings.Read(all.GetValueOrDefault, ownFunction: false);
    }
}
