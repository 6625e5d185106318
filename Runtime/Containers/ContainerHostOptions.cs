namespace Muster.Runtime.Containers;

/// <summary>How containers are run on an engine.</summary>
public sealed record ContainerHostOptions
{
    /// <summary>Whose containers these are, an id: those of other owners on the same engine are neither seen nor touched.</summary>
    public required string Owner { get; init; }

    /// <summary>The engine; default <c>unix:///var/run/docker.sock</c>.</summary>
    public Uri Engine { get; init; } = new("unix:///var/run/docker.sock");

    /// <summary>The network of the containers; default what the engine has as default.</summary>
    public string? Network { get; init; }

    /// <summary>Open files of each container; default what the engine has as default.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>Processes of each container; default what the engine has as default.</summary>
    public int? Processes { get; init; }

    /// <summary>How long a question to the engine may take; default 30 s.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(30);
}
