namespace Muster.Workers.ReleaseEngine;

/// <summary>A step cannot be run as it is; the message is the data of the answer.</summary>
public sealed class BadStepException(string message) : Exception(message);
