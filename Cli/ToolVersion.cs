using System.Reflection;

namespace Muster.Cli;

/// <summary>The version of this tool.</summary>
internal static class ToolVersion
{
    /// <summary>As people say it.</summary>
    public static string Text { get; } = typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
