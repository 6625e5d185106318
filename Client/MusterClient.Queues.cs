using Muster.Client.Transport;

namespace Muster.Client;

public sealed partial class MusterClient
{
    /// <summary>The queues of the namespace.</summary>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<QueueSnapshot>> QueuesAsync(CancellationToken cancel = default) =>
        (await GetAsync(At("queues"), WireJson.Default.ListingQueueSnapshot, cancel)).Items;

    /// <summary>One queue.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<QueueSnapshot> QueueAsync(string name, CancellationToken cancel = default) => GetAsync(At("queues", name), WireJson.Default.QueueSnapshot, cancel);

    /// <summary>Makes a queue, or replaces all its settings.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="settings">Its settings from now on.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task PutQueueAsync(string name, QueueSettings settings, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return _transport.TellAsync(
            new Call(HttpMethod.Put, At("queues", name).ToString()) { Content = MusterTransport.Json(settings, WireJson.Default.QueueSettings) }, cancel);
    }

    /// <summary>Changes the limits of a queue that exists.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="maxRunning">How many of its processes may run at once; null for no limit.</param>
    /// <param name="ratePerSecond">How many of its processes may start in a second; null for no limit.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="MusterNotFoundException">There is no such queue.</exception>
    public Task SetQueueLimitsAsync(string name, int? maxRunning, double? ratePerSecond, CancellationToken cancel = default) => _transport.TellAsync(
        new Call(HttpMethod.Post, At("queues", name, "limits").ToString())
        {
            Content = MusterTransport.Json(new QueueLimitsBody(maxRunning, ratePerSecond), WireJson.Default.QueueLimitsBody),
        },
        cancel);

    /// <summary>Lets a queue hand out nothing until it is resumed; what runs goes on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task PauseQueueAsync(string name, CancellationToken cancel = default) => _transport.TellAsync(Bare(At("queues", name, "pause")), cancel);

    /// <summary>Lets a paused queue hand out again.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    public Task ResumeQueueAsync(string name, CancellationToken cancel = default) => _transport.TellAsync(Bare(At("queues", name, "resume")), cancel);

    // The gateway takes JSON only, so that no web page can post to it: also an empty body says what it is.
    private static Call Bare(Route route) => new(HttpMethod.Post, route.ToString()) { Content = MusterTransport.Json("{}"u8.ToArray()) };
}
