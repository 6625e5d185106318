using System.Text.Json.Nodes;
using Muster.Workers.Amqp;

namespace Muster.Workers.ReleaseEngine;

/// <summary>The output of a step: lines that go to the exchange <c>re</c> with the key <c>output</c>. Nobody has to read them; a line that the broker does not take is gone.</summary>
public sealed class StepOutput
{
    private readonly Envelope _envelope;
    private readonly OutputLevel _least;
    private readonly ConfirmedPublisher _lines;

    internal StepOutput(Envelope envelope, OutputLevel least, ConfirmedPublisher lines) => (_envelope, _least, _lines) = (envelope, least, lines);

    /// <summary>Sends a line of level DEBUG.</summary>
    public void Debug(string text) => Send(OutputLevel.Debug, text);

    /// <summary>Sends a line of level INFO.</summary>
    public void Info(string text) => Send(OutputLevel.Info, text);

    /// <summary>Sends a line of level WARNING.</summary>
    public void Warning(string text) => Send(OutputLevel.Warning, text);

    /// <summary>Sends a line of level ERROR.</summary>
    public void Error(string text) => Send(OutputLevel.Error, text);

    /// <summary>Sends a line of level CRITICAL.</summary>
    public void Critical(string text) => Send(OutputLevel.Critical, text);

    /// <summary>Sends a line, unless its level is below that of the configuration.</summary>
    public void Send(OutputLevel level, string text)
    {
        if (level >= _least)
        {
            _lines.PublishAsync(_envelope.Of(Names.Exchange, Names.OutputKey, new JsonObject { ["message"] = text }));
        }
    }
}
