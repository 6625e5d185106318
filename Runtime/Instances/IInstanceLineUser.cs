namespace Muster.Runtime.Instances;

/// <summary>Who hears what an instance says. Calls come one after the other and must not wait.</summary>
internal interface IInstanceLineUser
{
    /// <summary>It said something.</summary>
    void Heard(InstanceMessage message);

    /// <summary>The connection has ended.</summary>
    /// <param name="breach">What the instance did wrong, so that the node ended it; null when it was closed.</param>
    void Disconnected(string? breach);
}
