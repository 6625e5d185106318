using Muster.Workers.Colonies.Worker;
using Muster.Workers.Shared;

return await WorkerProgram.RunAsync(ExecutorCommand.Create(), args).ConfigureAwait(false);
