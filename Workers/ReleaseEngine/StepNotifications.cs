using System.Text.Json.Nodes;
using Muster.Workers.Amqp;

namespace Muster.Workers.ReleaseEngine;

/// <summary>The notifications of a step: one message for each transport that the step names for a phase, none where it names none.</summary>
public sealed class StepNotifications
{
    private const int LongestSlug = 80;

    private readonly Envelope _envelope;
    private readonly string _exchange;
    private readonly JsonObject _notify;
    private readonly ConfirmedPublisher _publisher;

    internal StepNotifications(Envelope envelope, string exchange, JsonObject notify, ConfirmedPublisher publisher) =>
        (_envelope, _exchange, _notify, _publisher) = (envelope, exchange, notify, publisher);

    /// <summary>Sends one.</summary>
    /// <param name="phase"><c>started</c>, <c>completed</c> or <c>failed</c>.</param>
    /// <param name="slug">The short text; what is above 80 characters is cut off.</param>
    /// <param name="message">The long text.</param>
    public void Send(string phase, string slug, string message)
    {
        ArgumentNullException.ThrowIfNull(slug);
        if (_notify[phase] is not JsonObject transports)
        {
            return;
        }

        foreach (var (transport, targets) in transports)
        {
            _publisher.PublishAsync(_envelope.Of(_exchange, $"notify.{transport}", new JsonObject
            {
                ["slug"] = slug.Length > LongestSlug ? slug[..LongestSlug] : slug,
                ["message"] = message,
                ["phase"] = phase,
                ["target"] = targets is JsonArray ? targets.DeepClone() : targets is null ? new JsonArray() : new JsonArray(targets.DeepClone()),
            }));
        }
    }
}
