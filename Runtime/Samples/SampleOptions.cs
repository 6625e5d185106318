namespace Muster.Runtime.Samples;

/// <summary>What the built-in functions may touch.</summary>
public sealed record SampleOptions
{
    /// <summary>The folder that relative paths are in, and that no path may leave; default the current directory.</summary>
    public string Root { get; init; } = Environment.CurrentDirectory;

    /// <summary>Whether paths outside of <see cref="Root"/> are read too; default no.</summary>
    public bool AbsolutePathsAllowed { get; init; }
}
