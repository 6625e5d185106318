using System.Text.Json;

namespace Muster.Gateway.Colonies.Wire;

/// <summary>Requests about blueprints.</summary>
internal static class BlueprintRequests
{
    /// <summary>A definition to make.</summary>
    internal sealed record AddDefinition(BlueprintDefinitionWire? BlueprintDefinition);

    /// <summary>A blueprint to make or to change.</summary>
    internal sealed record Put
    {
        public BlueprintWire? Blueprint { get; init; }

        /// <summary>Whether it is a new generation even if the spec is the same.</summary>
        public bool ForceGeneration { get; init; }
    }

    /// <summary>Which blueprints. Some messages call the colony the namespace.</summary>
    internal sealed record Of
    {
        public string ColonyName { get; init; } = "";

        public string Namespace { get; init; } = "";

        public string Name { get; init; } = "";

        public string BlueprintName { get; init; } = "";

        public string BlueprintId { get; init; } = "";

        public string Kind { get; init; } = "";

        public string LocationName { get; init; } = "";

        public JsonElement? Status { get; init; }

        public bool Force { get; init; }

        public int Limit { get; init; }

        /// <summary>The colony, whatever it is called.</summary>
        public string Colony => Namespace.Length > 0 ? Namespace : ColonyName;
    }
}
