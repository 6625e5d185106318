using Muster.Messages.Processes;

namespace Muster.Runtime.Instances;

/// <summary>An attempt that an instance has from an earlier life of the node. Whether it is still wanted, its process says at the first heartbeat.</summary>
/// <param name="Assignment">As much as is known of its assignment.</param>
/// <param name="Lines">How many log lines it has written.</param>
internal sealed record AdoptedAttempt(ProcessSignal.Assignment Assignment, long Lines);
