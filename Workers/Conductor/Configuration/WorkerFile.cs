using Muster.Workers.Shared;

namespace Muster.Workers.Conductor.Configuration;

/// <summary>Finds and reads worker.ini.</summary>
internal static class WorkerFile
{
    private const string Name = "worker.ini";

    /// <summary>Reads it.</summary>
    /// <param name="given">The path that was given; null to look beside the program, then in the working folder.</param>
    /// <param name="warn">Hears that it cannot be understood; then it counts as empty.</param>
    /// <returns>What it holds; null when there is none.</returns>
    /// <exception cref="WorkerException">A file that was given does not exist.</exception>
    public static IniFile? Read(string? given, Action<string> warn)
    {
        if (given is not null && !File.Exists(given))
        {
            throw new WorkerException($"The configuration file {Path.GetFullPath(given)} does not exist.");
        }

        try
        {
            return given is not null
                ? IniFile.Read(given, IniInterpolation.Percent)
                : IniFile.Read(Path.Combine(AppContext.BaseDirectory, Name), IniInterpolation.Percent) ?? IniFile.Read(Path.GetFullPath(Name), IniInterpolation.Percent);
        }
        catch (IniException e)
        {
            warn($"{e.Message} The file is not used; the values of the program stay.");
            return null;
        }
    }
}
