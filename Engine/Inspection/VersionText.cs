using System.Reflection;

namespace Muster.Engine.Inspection;

/// <summary>The version of an assembly as people say it.</summary>
public static class VersionText
{
    /// <summary>The version of this build of Muster.</summary>
    public static string Muster { get; } = Of(typeof(VersionText).Assembly);

    /// <summary>The version of an assembly, without what a build adds to it.</summary>
    public static string Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString(3) ?? "0";
    }
}
