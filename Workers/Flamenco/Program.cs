using Muster.Workers.Flamenco;
using Muster.Workers.Shared;

return await WorkerProgram.RunAsync(FlamencoCommand.Create(), args).ConfigureAwait(false);
