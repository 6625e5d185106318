using System.CommandLine;
using Muster.Gateway.Colonies;
using Muster.Messages;

namespace Muster.Seed;

/// <summary>The options of the Colonies dialect. The variables that Colonies servers have are understood too.</summary>
internal static class ColoniesSettings
{
    private static readonly Option<string> ServerId = SeedCommand.Setting("--colonies-server-id", "The id of the server owner, 64 hex digits: Colonies clients are served then [also COLONIES_SERVER_ID]", null);

    /// <summary>An address of its own.</summary>
    public static readonly Option<string> Url = SeedCommand.Setting("--colonies-url", "An address of its own for Colonies clients, where nothing else answers, like http://0.0.0.0:50080", null);

    private static readonly Option<string> Colony = SeedCommand.Setting("--colonies-colony", "Colonies that exist from the start, NAME=ID separated by commas; the id is that of the owner", null);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All => [ServerId, Url, Colony];

    /// <summary>Reads them.</summary>
    /// <exception cref="SettingException">One is wrong.</exception>
    public static ColoniesOptions Read(ParseResult parsed)
    {
        var id = parsed.GetValue(ServerId) ?? Variable("COLONIES_SERVER_ID");
        if (id is not null && !IsColoniesId(id))
        {
            throw new SettingException("--colonies-server-id is 64 hex digits in lower case.");
        }

        var stale = Variable("COLONIES_STALE_EXECUTOR_DURATION");
        return new ColoniesOptions
        {
            ServerId = id,
            Colonies = (parsed.GetValue(Colony) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(c => c.Split('=') is [var name, var owner] && Ids.IsValid(name) && IsColoniesId(owner)
                    ? (Name: name, Owner: owner)
                    : throw new SettingException($"--colonies-colony: '{c}' is not NAME=ID with an id of 64 hex digits in lower case."))
                .ToDictionary(c => c.Name, c => c.Owner, StringComparer.Ordinal),
            AllowReregister = Variable("COLONIES_ALLOW_EXECUTOR_REREGISTER") is "true",
            StaleExecutor = stale is null
                ? new ColoniesOptions().StaleExecutor
                : int.TryParse(stale, out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds(seconds) : throw new SettingException("COLONIES_STALE_EXECUTOR_DURATION is a number of seconds."),
        };
    }

    private static bool IsColoniesId(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
