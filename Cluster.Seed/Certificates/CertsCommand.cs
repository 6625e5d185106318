using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using Muster.Engine.Hosting.Remoting;

namespace Muster.Seed.Certificates;

/// <summary><c>certs</c>: makes certificates for the nodes of a cluster, and who signs them.</summary>
internal static class CertsCommand
{
    private const int StandardDays = 365;

    /// <summary>Makes the command.</summary>
    /// <param name="guard">Turns what the user can mend into a message and an exit code.</param>
    public static Command Create(Func<Func<Task<int>>, Task<int>> guard)
    {
        var to = new Option<string>("--out") { Description = "The folder for the certificate of a node, for its --tls-dir", Required = true };
        var name = new Option<string[]>("--name") { Description = "A host name or address under which the other nodes call it; may be given several times", Required = true };
        var authority = new Option<string>("--ca") { Description = "The folder with ca.crt and ca.key that signs; made when they are missing (default: the folder of --out)" };
        var days = new Option<int>("--days") { Description = "How long the certificate is good", DefaultValueFactory = _ => StandardDays };
        var command = new Command("certs", "Make a certificate for a node, and an authority that signs it, for mutual TLS inside the cluster") { to, name, authority, days };
        command.SetAction((parsed, _) => guard(() => RunAsync(parsed.GetValue(to)!, parsed.GetValue(authority), parsed.GetValue(name)!, parsed.GetValue(days))));
        return command;
    }

    private static async Task<int> RunAsync(string to, string? authorityFolder, string[] names, int days)
    {
        if (names.FirstOrDefault(n => !IPAddress.TryParse(n, out var _) && Uri.CheckHostName(n) != UriHostNameType.Dns) is { } wrong)
        {
            throw new SettingException($"--name '{wrong}' is neither a host name nor an address.");
        }

        if (days is < 1 or > 3650)
        {
            throw new SettingException("--days is a number from 1 to 3650.");
        }

        if (File.Exists(Path.Combine(to, ClusterCertificates.KeyFile)))
        {
            throw new SettingException($"{Path.GetFullPath(to)} has a {ClusterCertificates.KeyFile} already. Remove it, or name another folder with --out.");
        }

        var folder = authorityFolder ?? to;
        try
        {
            var now = TimeProvider.System.GetUtcNow();
            using var authority = DevelopmentAuthority.Of(folder, now);
            authority.Sign(to, names, now, now.AddDays(days));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"The certificate cannot be made: {e.Message}");
        }

        await Console.Out.WriteLineAsync(
            $"The certificate for {string.Join(", ", names)} is in {Path.GetFullPath(to)}: start its node with --tls-dir {to}. " +
            $"For the next node: certs --ca {folder} --out ITS-DIR --name ITS-HOST. Whoever has {Path.Combine(Path.GetFullPath(folder), DevelopmentAuthority.KeyFile)} can join the cluster; keep it where no node is.").ConfigureAwait(false);
        return 0;
    }
}
