namespace Muster.Tests.Workers.Shared;

/// <summary>A worker program in a process of its own.</summary>
public sealed class WorkerProcess(string folder, string assembly, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables)
    : ProgramProcess(folder, Path.Combine(AppContext.BaseDirectory, assembly), arguments, variables)
{
    /// <summary>Asks it to stop, and gives the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("INT");
        return await ExitAsync();
    }
}
