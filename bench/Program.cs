using System.CommandLine.Invocation;
using Muster.Bench;

var parsed = BenchCommand.Create().Parse(args);
var exit = await parsed.InvokeAsync().ConfigureAwait(false);

// A command line that cannot be read is no failed measurement.
return parsed.Action is ParseErrorAction ? 2 : exit;
