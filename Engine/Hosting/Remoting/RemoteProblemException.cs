namespace Muster.Engine.Hosting.Remoting;

/// <summary>The inside of the cluster cannot be opened like that; the message says why and what to do.</summary>
public sealed class RemoteProblemException(string message, Exception? inner = null) : Exception(message, inner);
