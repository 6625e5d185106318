using System.Net;
using System.Net.Sockets;

namespace Muster.Seed;

/// <summary>Addresses to listen on, and what they may be.</summary>
internal static class BoundUrls
{
    /// <summary>Checks the addresses.</summary>
    /// <exception cref="SettingException">An address is wrong.</exception>
    public static IReadOnlyList<Uri> Parse(string urls)
    {
        var parsed = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(One).ToList();
        return parsed.Count > 0 ? parsed : throw new SettingException("--urls is empty. Give an address like http://127.0.0.1:8080.");
    }

    /// <summary>The same address with a free port.</summary>
    public static string WithFreePort(Uri url)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new UriBuilder(url) { Port = ((IPEndPoint)probe.LocalEndpoint).Port }.Uri.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>Whether somebody listens there already.</summary>
    public static bool IsBusy(Uri url)
    {
        if (url.Port == 0)
        {
            return false;
        }

        try
        {
            using var probe = new TcpListener(IPAddress.TryParse(url.Host, out var ip) ? ip : IPAddress.Loopback, url.Port);
            probe.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>The address under which this machine reaches what listens there.</summary>
    public static Uri Near(Uri url) => url.Host switch
    {
        "0.0.0.0" => new UriBuilder(url) { Host = "127.0.0.1" }.Uri,
        "[::]" => new UriBuilder(url) { Host = "[::1]" }.Uri,
        _ => url,
    };

    private static Uri One(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != "http")
        {
            throw new SettingException($"--urls '{text}' is not an address like http://127.0.0.1:8080.");
        }

        return url;
    }
}
