using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Deployments;
using Muster.Messages.Serialization;

namespace Muster.Engine.Deployments.Rules;

/// <summary>What a deployment does. Pure: the same state, command and time give the same.</summary>
internal static class DeploymentRules
{
    /// <summary>Judges a command.</summary>
    public static DeploymentOutcome Decide(DeploymentState state, DeploymentCommand command, DateTimeOffset now)
    {
        if (state.Commands.Contains(command.CommandId))
        {
            return new DeploymentOutcome.IsSo();
        }

        if (state.Spec is null && command is not DeploymentCommand.Put)
        {
            return new DeploymentOutcome.Refused(Problem.NotFound, $"There is no deployment {command.Deployment.Id} in namespace {command.Deployment.Namespace}.");
        }

        if (Unexpected(state, command) is { } conflict)
        {
            return new DeploymentOutcome.Refused(Problem.Conflict, conflict);
        }

        return command switch
        {
            DeploymentCommand.Put c => Put(state, c, now),
            DeploymentCommand.Switch c when c.Enabled == state.Enabled => new DeploymentOutcome.IsSo(),
            DeploymentCommand.Switch c => Happens(new DeploymentEvent.Switched { At = now, CommandId = c.CommandId, By = c.By, Version = state.Version + 1, Revision = state.Revision, Enabled = c.Enabled }),
            DeploymentCommand.Remove c => Happens(new DeploymentEvent.Removed { At = now, CommandId = c.CommandId, By = c.By, Version = state.Version + 1, Revision = state.Latest }),
            DeploymentCommand.RollBack c when c.Revision == state.Revision => new DeploymentOutcome.IsSo(),
            DeploymentCommand.RollBack c when c.Revision < 1 || c.Revision > state.Latest => new DeploymentOutcome.Refused(Problem.NotFound, $"The deployment {c.Deployment.Id} never had a revision {c.Revision}."),
            DeploymentCommand.RollBack c => Happens(new DeploymentEvent.Defined
            {
                At = now,
                CommandId = c.CommandId,
                By = c.By,
                Version = state.Version + 1,
                Revision = c.Revision,
                Spec = state.Spec!,
                Template = c.Template,
                Enabled = state.Enabled,
                CreatedAt = state.CreatedAt,
                Returned = true,
            }),
            _ => new DeploymentOutcome.Refused(Problem.Invalid, "This version does not know that command."),
        };
    }

    /// <summary>Whether two templates run the same.</summary>
    public static bool Same(InstanceTemplate? a, InstanceTemplate b) =>
        a is not null && JsonSerializer.Serialize(a, MessagesJson.Default.InstanceTemplate) == JsonSerializer.Serialize(b, MessagesJson.Default.InstanceTemplate);

    /// <summary>Whether two deployments want the same number, places and changes.</summary>
    public static bool Same(DeploymentSpec? a, DeploymentSpec b) =>
        a is not null && JsonSerializer.Serialize(a, MessagesJson.Default.DeploymentSpec) == JsonSerializer.Serialize(b, MessagesJson.Default.DeploymentSpec);

    private static DeploymentOutcome Put(DeploymentState state, DeploymentCommand.Put c, DateTimeOffset now)
    {
        var runsTheSame = Same(state.Template, c.Template) && !c.Force;
        var enabled = c.Enabled ?? (state.Spec is null || state.Enabled);
        if (runsTheSame && enabled == state.Enabled && Same(state.Spec, c.Spec))
        {
            return new DeploymentOutcome.IsSo();
        }

        return Happens(new DeploymentEvent.Defined
        {
            At = now,
            CommandId = c.CommandId,
            By = c.By,
            Version = state.Version + 1,
            Revision = runsTheSame ? state.Revision : state.Latest + 1,
            Spec = c.Spec,
            Template = runsTheSame ? null : c.Template,
            Enabled = enabled,
            CreatedAt = state.Spec is null ? now : state.CreatedAt,
        });
    }

    private static string? Unexpected(DeploymentState state, DeploymentCommand command)
    {
        if (command.ExpectedRevision is { } revision && revision != state.Revision)
        {
            return state.Spec is null
                ? $"There is no deployment {command.Deployment.Id}, and revision {revision} was expected."
                : revision == 0
                    ? $"There is a deployment {command.Deployment.Id} already, at revision {state.Revision}."
                    : $"The deployment {command.Deployment.Id} is at revision {state.Revision}, and {revision} was expected. Read it again, and decide again.";
        }

        return command.ExpectedVersion is { } version && version != state.Version
            ? $"The deployment {command.Deployment.Id} was changed meanwhile: it is at revision {state.Revision}, version {state.Version}, and version {version} was expected. Read it again, and decide again."
            : null;
    }

    private static DeploymentOutcome.Happens Happens(DeploymentEvent e) => new(e);
}
