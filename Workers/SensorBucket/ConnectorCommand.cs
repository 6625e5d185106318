using System.CommandLine;
using Muster.Workers.Shared;

namespace Muster.Workers.SensorBucket;

/// <summary>The command line of sensorbucket-worker.</summary>
internal static class ConnectorCommand
{
    private static readonly Option<FileInfo?> Code = new("--code") { Description = "A Python file with process(message): the connector starts the function itself, and HTTP_ENDPOINT is not needed; ENDPOINT_DEVICES is" };
    private static readonly Option<string> Python = new("--python") { Description = "The interpreter for --code", DefaultValueFactory = _ => "python3" };

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "A worker of SensorBucket: takes pipeline messages from RabbitMQ, posts them to a function, and publishes what it answers. Environment: AMQP_HOST, QUEUE_NAME, TOPIC, EXCHANGE and HTTP_ENDPOINT are required; "
            + "MAX_RETRIES (3), HTTP_TIMEOUT (120 s), AMQP_PREFETCH (100), METRICS_ADDR (:2112), ERROR_TOPIC (errors).") { Code, Python };
        root.SetAction(async parsed =>
        {
            var code = parsed.GetValue(Code);
            var settings = ConnectorSettings.Read(Environment.GetEnvironmentVariable, ownFunction: code is not null);
            if (code is { Exists: false })
            {
                throw new WorkerException($"--code: there is no file {code.FullName}.");
            }

            using var signals = new StopSignals();
            using var logs = WorkerLog.Create();
            var log = logs.CreateLogger("sensorbucket-worker");
            using var metrics = new ConnectorMetrics();
            metrics.Serve(settings.Metrics);
            using var end = new CancellationTokenSource();
            var python = code is null ? null : new PythonFunction(parsed.GetValue(Python)!, code.FullName, TimeProvider.System, log);
            var serving = python?.RunAsync(end.Token) ?? Task.CompletedTask;
            using var function = new FunctionClient(settings, () => python is null ? settings.Endpoint : python.Address);
            await new Connector(settings, function, metrics, TimeProvider.System, log).RunAsync(signals.Stopping).ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
            await serving.ConfigureAwait(false);
            return 0;
        });
        return root;
    }
}
