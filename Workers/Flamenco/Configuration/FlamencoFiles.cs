using Muster.Workers.Shared;

namespace Muster.Workers.Flamenco.Configuration;

/// <summary>Where the configuration stands.</summary>
/// <param name="Read">In this order; the later wins.</param>
/// <param name="Credentials">Where id and secret are written.</param>
/// <param name="MustExist">Whether a missing file is an error.</param>
internal sealed record FlamencoFiles(IReadOnlyList<string> Read, string Credentials, bool MustExist)
{
    /// <summary>Writes id and secret, and leaves all else in the file as it is.</summary>
    /// <exception cref="IOException">It could not be written; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Keep(string id, string secret)
    {
        var text = File.Exists(Credentials) ? File.ReadAllText(Credentials) : "";
        var values = new Dictionary<string, string> { ["worker_id"] = Escaped(id), ["worker_secret"] = Escaped(secret) };
        ReplacedFile.Write(Credentials, IniFile.With(text, FlamencoConfiguration.Section, values), ownerOnly: true);
    }

    private static string Escaped(string value) => value.Replace("$", "$$", StringComparison.Ordinal);
}
