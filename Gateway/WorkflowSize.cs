using Muster.Persistence;

namespace Muster.Gateway;

/// <summary>How large a workflow may be, by whatever door it comes.</summary>
internal static class WorkflowSize
{
    private const int Alone = 16 << 20;

    /// <summary>A workflow goes to the node of its shard in one message, and those have a bound.</summary>
    private const int OfSeveralNodes = 3 << 19;

    /// <summary>What is wrong with a workflow of that many bytes of JSON; null when nothing is.</summary>
    public static string? Wrong(int bytes, IStore store)
    {
        var most = store.Members is null ? Alone : OfSeveralNodes;
        return bytes > most ? $"The workflow is {bytes} bytes; at most {most} are taken. Put large inputs into files." : null;
    }
}
