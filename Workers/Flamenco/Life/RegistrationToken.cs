using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Workers.Flamenco.Life;

/// <summary>The token that says that a worker may register: JSON, signed with the registration secret (HS256), good for a quarter of an hour.</summary>
internal static class RegistrationToken
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(15);

    public static string Of(string secret, DateTimeOffset now)
    {
        var issued = now.ToUnixTimeMilliseconds() / 1000.0;
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"exp":{{issued + GoodFor.TotalSeconds:0.0##}},"iat":{{issued:0.0##}}}""");
        var signed = $"{Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)))}";
    }
}
