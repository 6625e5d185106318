using System.CommandLine;
using Muster.Seed;

// How long a stop may take is decided where it happens: running work may finish first.
return await SeedCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan }).ConfigureAwait(false);
