using System.CommandLine;
using Muster.Node;

// How long a stop may take is decided where it happens: running work may finish first.
return await NodeCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan }).ConfigureAwait(false);
