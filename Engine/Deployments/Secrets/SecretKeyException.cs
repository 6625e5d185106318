namespace Muster.Engine.Deployments.Secrets;

/// <summary>A key for secrets is missing or wrong, or a secret cannot be opened.</summary>
/// <param name="message">What is wrong and what to do; never a value.</param>
public sealed class SecretKeyException(string message) : Exception(message);
