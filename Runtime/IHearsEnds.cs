using Muster.Messages;

namespace Muster.Runtime;

/// <summary>A runtime that keeps something of an attempt until its end is stored.</summary>
internal interface IHearsEnds
{
    /// <summary>The end of an attempt is stored, or the process knows better.</summary>
    /// <param name="process">The process.</param>
    /// <param name="attempt">The number of the attempt.</param>
    void Ended(ProcessId process, int attempt);
}
