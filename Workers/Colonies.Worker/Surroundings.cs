using Muster.Signatures;
using Muster.Workers.Shared;

namespace Muster.Workers.Colonies.Worker;

/// <summary>Where the server is and who speaks, by the command line and by the variables that all Colonies clients read.</summary>
/// <param name="Server">The server.</param>
/// <param name="Colony">The colony.</param>
/// <param name="Name">The name of the executor.</param>
/// <param name="Key">Its key.</param>
/// <param name="File">The file that the key is in; null when a variable holds it.</param>
/// <param name="Owner">The key of the colony's owner; null without it.</param>
internal sealed record Surroundings(Uri Server, string Colony, string Name, PrivateKey Key, KeyFile? File, PrivateKey? Owner) : IDisposable
{
    /// <summary>Finds all of it. Keys that stand in the environment are taken out of it, so that no command that is run inherits them.</summary>
    /// <param name="server">From the command line; null when it is not there.</param>
    /// <param name="colony">The same.</param>
    /// <param name="name">The same.</param>
    /// <param name="keyFile">The same.</param>
    /// <param name="alone">Whether nobody else may use the file of the key meanwhile.</param>
    /// <exception cref="WorkerException">Something cannot be.</exception>
    public static Surroundings Find(string? server, string? colony, string? name, string? keyFile, bool alone)
    {
        var own = Take("COLONIES_PRVKEY");
        var owner = Take("COLONIES_COLONY_PRVKEY");
        Take("COLONIES_SERVER_PRVKEY");
        var address = ServerOf(server);
        colony ??= Variable("COLONIES_COLONY_NAME") ?? "dev";
        name ??= Variable("COLONIES_EXECUTOR_NAME") ?? Environment.MachineName;
        if (own is not null && keyFile is null)
        {
            return new Surroundings(address, colony, name, Parse("COLONIES_PRVKEY", own), null, owner is null ? null : Parse("COLONIES_COLONY_PRVKEY", owner));
        }

        var file = KeyFile.Open(keyFile ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".colonies-worker", $"{FileName(colony)}.{FileName(name)}.key"), alone);
        return new Surroundings(address, colony, name, file.Key, file, owner is null ? null : Parse("COLONIES_COLONY_PRVKEY", owner));
    }

    /// <inheritdoc />
    public void Dispose() => File?.Dispose();

    private static Uri ServerOf(string? server)
    {
        var text = server ?? $"{(Variable("COLONIES_TLS") is "true" or "1" ? "https" : "http")}://{Variable("COLONIES_SERVER_HOST") ?? "localhost"}:{Variable("COLONIES_SERVER_PORT") ?? "50080"}";
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? address
            : throw new WorkerException($"The server '{text}' is no address that begins with http:// or https://. It comes from --server, or COLONIES_SERVER_HOST, COLONIES_SERVER_PORT and COLONIES_TLS.", 2);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? Take(string name)
    {
        var value = Variable(name);
        Environment.SetEnvironmentVariable(name, null);
        return value;
    }

    private static PrivateKey Parse(string name, string value)
    {
        try
        {
            return PrivateKey.Parse(value);
        }
        catch (FormatException e)
        {
            throw new WorkerException($"{name}: {e.Message}", 2, e);
        }
    }

    private static string FileName(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
}
