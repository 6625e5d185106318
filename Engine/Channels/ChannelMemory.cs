namespace Muster.Engine.Channels;

/// <summary>What all channels of a node hold, and may hold.</summary>
/// <param name="limit">The bound, in bytes.</param>
internal sealed class ChannelMemory(long limit)
{
    private long _taken;

    /// <summary>The bytes that are taken.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes so many bytes; false when there are not as many.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= limit)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
