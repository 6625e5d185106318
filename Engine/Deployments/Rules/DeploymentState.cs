using System.Collections.Immutable;
using Muster.Messages.Deployments;

namespace Muster.Engine.Deployments.Rules;

/// <summary>What a deployment is, as its events say.</summary>
internal sealed record DeploymentState
{
    /// <summary>How many commands are known again.</summary>
    private const int Remembered = 8;

    /// <summary>No deployment, and there never was one.</summary>
    public static readonly DeploymentState Empty = new();

    /// <summary>How many, where, and how they change; null when there is no deployment.</summary>
    public DeploymentSpec? Spec { get; init; }

    /// <summary>What runs.</summary>
    public InstanceTemplate? Template { get; init; }

    /// <summary>Whether it is to run.</summary>
    public bool Enabled { get; init; }

    /// <summary>The revision that is to run; 0 when there is no deployment.</summary>
    public long Revision { get; init; }

    /// <summary>The highest revision that there ever was.</summary>
    public long Latest { get; init; }

    /// <summary>The number of the last event.</summary>
    public long Version { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The last commands with what they left, the oldest first.</summary>
    public ImmutableArray<string> Commands { get; init; } = [];

    /// <summary>The state after an event.</summary>
    public DeploymentState Evolve(DeploymentEvent e)
    {
        var commands = Commands.Add(e.CommandId);
        var state = e switch
        {
            DeploymentEvent.Defined x => this with { Spec = x.Spec, Template = x.Template ?? Template, Enabled = x.Enabled, CreatedAt = x.CreatedAt, Revision = x.Revision, Latest = Math.Max(Latest, x.Revision) },
            DeploymentEvent.Switched x => this with { Enabled = x.Enabled },
            _ => Empty with { Latest = Math.Max(Latest, e.Revision) },
        };
        return state with { Version = e.Version, Commands = commands.Length > Remembered ? commands[^Remembered..] : commands };
    }
}
