using System.Globalization;
using System.Net.Sockets;

namespace Muster.Engine.Membership;

/// <summary>Finds out whether a process still listens where a row of the store says.</summary>
internal static class Listeners
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    /// <summary>Those that refuse connections: their machine is there, and nobody listens. One that does not answer may only be hard to reach, and is not among them.</summary>
    /// <param name="addresses">HOST:PORT each.</param>
    public static async Task<IReadOnlyList<string>> GoneAsync(IReadOnlyCollection<string> addresses)
    {
        var gone = await Task.WhenAll(addresses.Select(IsGoneAsync)).ConfigureAwait(false);
        return [.. addresses.Zip(gone, (address, isGone) => (Address: address, IsGone: isGone)).Where(a => a.IsGone).Select(a => a.Address)];
    }

    private static async Task<bool> IsGoneAsync(string address)
    {
        var colon = address.LastIndexOf(':');
        using var client = new TcpClient();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await client.ConnectAsync(address[..colon], int.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture), limit.Token).ConfigureAwait(false);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
