using Akka.Actor;

namespace Muster.Runtime.Agents;

/// <summary>The node stops.</summary>
/// <param name="LetGo">Whether instances go on, because the node comes again at once.</param>
internal sealed record AgentLeave(bool LetGo) : INoSerializationVerificationNeeded;
