namespace Muster.Client.Worker;

/// <summary>Names one attempt.</summary>
internal readonly record struct AttemptKey(string Namespace, string Id, int Attempt);
