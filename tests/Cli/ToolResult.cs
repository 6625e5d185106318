namespace Muster.Tests.Cli;

/// <summary>How a call of the program ended.</summary>
/// <param name="Exit">The exit code.</param>
/// <param name="Output">The standard output.</param>
/// <param name="Error">The standard error.</param>
public sealed record ToolResult(int Exit, string Output, string Error);
