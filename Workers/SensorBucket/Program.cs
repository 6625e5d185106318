using Muster.Workers.SensorBucket;
using Muster.Workers.Shared;

return await WorkerProgram.RunAsync(ConnectorCommand.Create(), args).ConfigureAwait(false);
