using Hangfire.Logging;

namespace Muster.Bench.Peers.Hangfire;

/// <summary>Shows what Hangfire calls an error; the rest would be measured along.</summary>
internal sealed class ErrorLog : ILogProvider, ILog
{
    public ILog GetLogger(string name) => this;

    public bool Log(LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null)
    {
        if (logLevel < LogLevel.Error)
        {
            return false;
        }

        // Without a message this is the question whether the level is on.
        if (messageFunc is not null)
        {
            Console.Error.WriteLine($"Hangfire: {messageFunc()} {exception?.Message}");
        }

        return true;
    }
}
