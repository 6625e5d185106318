using Muster.Cli;

return await CliProgram.RunAsync(args).ConfigureAwait(false);
