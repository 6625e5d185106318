using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Engine.Hosting;
using Muster.Engine.Hosting.Remoting;

namespace Muster.Seed.Certificates;

/// <summary>Signs certificates for the nodes of a cluster. A small one of its own, for those who have none.</summary>
public sealed class DevelopmentAuthority : IDisposable
{
    /// <summary>The key that signs; it stays where the certificates are made.</summary>
    public const string KeyFile = "ca.key";

    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);

    /// <summary>Clocks of machines differ.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromHours(1);

    private readonly X509Certificate2 _certificate;

    private DevelopmentAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Its certificate, in PEM.</summary>
    public string Pem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Makes a new one that nobody knows.</summary>
    public static DevelopmentAuthority New(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The name tells two of them apart for people; the key does for machines.
        var request = new CertificateRequest($"CN=Muster cluster {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new DevelopmentAuthority(request.CreateSelfSigned(now - Early, now + Life));
    }

    /// <summary>The one of a folder; made there when there is none.</summary>
    /// <exception cref="CryptographicException">The files there are none.</exception>
    public static DevelopmentAuthority Of(string folder, DateTimeOffset now)
    {
        var certificate = Path.Combine(folder, ClusterCertificates.AuthorityFile);
        var key = Path.Combine(folder, KeyFile);
        if (File.Exists(certificate) && File.Exists(key))
        {
            return new DevelopmentAuthority(X509Certificate2.CreateFromPemFile(certificate, key));
        }

        var authority = New(now);
        using var secret = authority._certificate.GetECDsaPrivateKey()!;
        OwnerFile.Write(key, secret.ExportPkcs8PrivateKeyPem() + "\n");
        OwnerFile.Write(certificate, authority.Pem);
        return authority;
    }

    /// <summary>Makes a certificate for a node, and puts it into a folder as <c>--tls-dir</c> wants it.</summary>
    /// <param name="folder">The folder; made when missing.</param>
    /// <param name="names">The host names and addresses under which other nodes call it.</param>
    /// <param name="from">Since when it is good; not before its authority is.</param>
    /// <param name="to">Until when; not longer than its authority.</param>
    public void Sign(string folder, IReadOnlyList<string> names, DateTimeOffset from, DateTimeOffset to)
    {
        ArgumentNullException.ThrowIfNull(names);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var subjects = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var ip))
            {
                subjects.AddIpAddress(ip);
            }
            else
            {
                subjects.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(subjects.Build());
        using var signed = request.Create(_certificate, Later(from - Early, _certificate.NotBefore), Earlier(to, _certificate.NotAfter), RandomNumberGenerator.GetBytes(16));
        OwnerFile.Write(Path.Combine(folder, ClusterCertificates.KeyFile), key.ExportPkcs8PrivateKeyPem() + "\n");
        OwnerFile.Write(Path.Combine(folder, ClusterCertificates.CertificateFile), signed.ExportCertificatePem() + "\n");
        OwnerFile.Write(Path.Combine(folder, ClusterCertificates.AuthorityFile), Pem);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <inheritdoc />
    public void Dispose() => _certificate.Dispose();
}
