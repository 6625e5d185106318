using System.Text.Json;

namespace Muster.Client.Handlers;

/// <summary>Runs one attempt and returns its result. An exception fails the attempt, to be retried; a <see cref="FinalFailureException"/> fails the process for good.</summary>
/// <param name="context">The attempt.</param>
/// <returns>The result; null for none.</returns>
public delegate Task<JsonElement?> ProcessHandler(IProcessContext context);
