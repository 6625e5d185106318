using System.Text.Json;

namespace Muster.Client.Handlers;

/// <summary>A handler as a class, for one that wants services: it is made anew for each attempt, in a scope of its own.</summary>
public interface IProcessHandler
{
    /// <summary>Runs one attempt; see <see cref="ProcessHandler"/>.</summary>
    /// <param name="context">The attempt.</param>
    /// <returns>The result; null for none.</returns>
    Task<JsonElement?> RunAsync(IProcessContext context);
}
