using Muster.Node;

return await NodeCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
