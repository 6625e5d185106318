using Muster.Workers.ReleaseEngine.Worker;
using Muster.Workers.Shared;

return await WorkerProgram.RunAsync(ReleaseCommand.Create(), args).ConfigureAwait(false);
