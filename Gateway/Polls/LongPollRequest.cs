using Muster.Messages.Processes;

namespace Muster.Gateway.Polls;

/// <summary>A question for work.</summary>
/// <param name="Demand">The id of the demand; the same question again has the same.</param>
/// <param name="Namespace">Whose processes.</param>
/// <param name="Queues">The queues to serve.</param>
/// <param name="Capability">What the executor is and can do.</param>
/// <param name="Max">How many assignments at the most.</param>
/// <param name="Wait">How long to wait when there are none.</param>
public sealed record LongPollRequest(string Demand, string Namespace, IReadOnlyList<string> Queues, Capability Capability, int Max, TimeSpan Wait);
