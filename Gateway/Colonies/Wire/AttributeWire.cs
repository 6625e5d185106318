namespace Muster.Gateway.Colonies.Wire;

/// <summary>A value that is attached to a process.</summary>
internal sealed record AttributeWire
{
    /// <summary>Its id.</summary>
    public string AttributeId { get; init; } = "";

    /// <summary>The process.</summary>
    public string TargetId { get; init; } = "";

    /// <summary>The colony.</summary>
    public string TargetColonyName { get; init; } = "";

    /// <summary>The workflow; empty for none.</summary>
    public string TargetProcessGraphId { get; init; } = "";

    /// <summary>The state of the process.</summary>
    public int State { get; init; }

    /// <summary>0 in, 1 out, 2 error, 3 environment.</summary>
    public int AttributeType { get; init; }

    /// <summary>The name.</summary>
    public string Key { get; init; } = "";

    /// <summary>The value.</summary>
    public string Value { get; init; } = "";
}
