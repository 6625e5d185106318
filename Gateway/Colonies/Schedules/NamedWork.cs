using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Engine.Workflows.Rules;
using Muster.Gateway.Colonies.Wire;
using Muster.Gateway.Colonies.Workflows;
using Muster.Messages;
using Muster.Messages.Workflows;
using Muster.Persistence;

namespace Muster.Gateway.Colonies.Schedules;

/// <summary>What crons and generators have in common: a name that is unique in the colony, and a workflow as JSON text.</summary>
internal static class NamedWork
{
    /// <summary>How often clients are told that the server looks, in milliseconds. Nobody has to wait for it.</summary>
    public const int CheckerPeriod = 1_000;

    /// <summary>The id of what has a name: the same name is the same thing, so that two of the same name cannot be.</summary>
    public static string IdOf(string kind, string colony, string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\0{colony}\0{name}")));

    /// <summary>The workflow of a text.</summary>
    /// <exception cref="ColoniesException">It is none, or too large for the cluster.</exception>
    public static WorkflowSpec Workflow(string text, string colony, IStore store)
    {
        WorkflowSpecWire wire;
        try
        {
            wire = JsonSerializer.Deserialize<WorkflowSpecWire>(text, ColoniesJson.Options) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new ColoniesException(400, "The workflowspec is not the JSON text of a workflow: {\"colonyname\": text, \"functionspecs\": [...]}.");
        }

        try
        {
            var spec = WorkflowTranslation.ToSpec(wire, colony);
            return WorkflowGraph.Wrong(spec) is { } why ? throw new ColoniesException(400, why) : Sizes.Workflow(spec, store);
        }
        catch (ColoniesException e) when (e.Status != 413)
        {
            throw new ColoniesException(400, e.Message);
        }
    }

    /// <summary>The exception for a refusal of the engine.</summary>
    public static ColoniesException Refused(Problem problem, string message, int missing) => new(
        problem switch
        {
            Problem.NotFound => missing,
            Problem.Busy or Problem.TooMuch or Problem.StorageFull => 503,
            Problem.Damaged => 500,
            _ => 400,
        },
        message);
}
