using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Configuration;

namespace Muster.Engine.Inspection;

/// <summary>The settings in force as names and values, with secrets masked.</summary>
public static partial class SettingsView
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "***";

    private const int LongestValue = 2_000;

    /// <summary>The configuration of an actor system under a path; null when there is nothing.</summary>
    internal static ImmutableSortedDictionary<string, string>? Of(ActorSystem system, string path)
    {
        var config = system.Settings.Config;
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Entries(config))
        {
            if (name == path || name.StartsWith($"{path}.", StringComparison.Ordinal))
            {
                values[name] = Shown(name, value);
            }
        }

        return values.Count == 0 ? null : values.ToImmutable();
    }

    /// <summary>A value as it may be shown: masked when its name says that it is a secret, and without the password of an address.</summary>
    public static string Shown(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (SecretName().IsMatch(name) && value.Length > 0)
        {
            return Mask;
        }

        var shown = KeyPart().Replace(PasswordField().Replace(PasswordPart().Replace(value, $"$1{Mask}@"), $"$1{Mask}"), $"muster_$1_{Mask}");
        return shown.Length > LongestValue ? shown[..LongestValue] : shown;
    }

    private static IEnumerable<(string Name, string Value)> Entries(Config config)
    {
        // An entry of a fallback is hidden by one of the same name before it.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in config.AsEnumerable())
        {
            if (seen.Add(name))
            {
                foreach (var entry in Below(name, config.GetValue(name)))
                {
                    yield return entry;
                }
            }
        }
    }

    private static IEnumerable<(string Name, string Value)> Below(string name, Akka.Configuration.Hocon.HoconValue? value)
    {
        if (value is null)
        {
            yield break;
        }

        if (value.IsObject())
        {
            foreach (var (key, inner) in value.GetObject().Items)
            {
                foreach (var entry in Below($"{name}.{(key.Contains('.', StringComparison.Ordinal) ? $"\"{key}\"" : key)}", inner))
                {
                    yield return entry;
                }
            }
        }
        else
        {
            yield return (name, value.IsArray() ? $"[{string.Join(", ", value.GetArray().Select(v => v.IsString() ? v.GetString() : v.ToString()))}]" : value.GetString() ?? "");
        }
    }

    [GeneratedRegex("(password|passwd|passphrase|secret|token|credential|api-?key|private-?key|bootstrap)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex("(://[^:/@\\s]*:)[^@\\s]*@", RegexOptions.CultureInvariant)]
    private static partial Regex PasswordPart();

    [GeneratedRegex("((?:password|pwd)\\s*=\\s*)[^;\\s]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PasswordField();

    [GeneratedRegex("muster_([A-Za-z0-9]+)_[0-9a-fA-F]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPart();
}
