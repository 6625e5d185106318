using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Engine.Hosting.Remoting;

/// <summary>The certificate that this node shows, and those who may have signed the ones of others. What the machine trusts besides does not count.</summary>
public sealed class ClusterCertificates
{
    /// <summary>The certificate of the node, in PEM.</summary>
    public const string CertificateFile = "tls.crt";

    /// <summary>Its private key, in PEM.</summary>
    public const string KeyFile = "tls.key";

    /// <summary>Who signs the certificates of the cluster's nodes, in PEM.</summary>
    public const string AuthorityFile = "ca.crt";

    // A node calls others and is called: its certificate must be good for both.
    private static readonly OidCollection BothSides = [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")];

    private readonly X509Certificate2Collection _authorities;

    private ClusterCertificates(X509Certificate2 own, X509Certificate2Collection authorities)
    {
        Own = own;
        _authorities = authorities;
    }

    /// <summary>The certificate of this node, with its key.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>Reads the three files of a folder.</summary>
    /// <exception cref="RemoteProblemException">One is missing or cannot be used, or the others would refuse this node.</exception>
    public static ClusterCertificates Load(string folder)
    {
        var path = Path.GetFullPath(folder);
        if (new[] { CertificateFile, KeyFile, AuthorityFile }.FirstOrDefault(f => !File.Exists(Path.Combine(path, f))) is { } missing)
        {
            throw new RemoteProblemException($"--tls-dir {path} has no {missing}. It holds {CertificateFile}, {KeyFile} and {AuthorityFile}; 'certs --out {folder} --name HOST' makes them.");
        }

        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(Path.Combine(path, CertificateFile), Path.Combine(path, KeyFile));
            // Windows takes no key for TLS that was in memory only.
            var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(Path.Combine(path, AuthorityFile));
            var certificates = new ClusterCertificates(own, authorities);
            return certificates.WhyNot(own) is { } why
                ? throw new RemoteProblemException($"The other nodes would refuse the certificate {Path.Combine(path, CertificateFile)}: {why}")
                : certificates;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new RemoteProblemException($"The certificates in {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Why a peer is refused; null when it is one of this cluster.</summary>
    /// <param name="certificate">What it showed; null when nothing.</param>
    /// <param name="errors">What was wrong besides the chain: whether it is the host that was called.</param>
    public string? WhyNot(X509Certificate2? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it showed no certificate.";
        }

        // Chain errors are those of the machine's trust, which does not count.
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "its certificate is not for the host that was called." : WhyNot(certificate);
    }

    private string? WhyNot(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        // There is nobody to ask: the authority is a file. A node is kept out by a new authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var side in BothSides)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(side);
        }

        return chain.Build(certificate)
            ? null
            : string.Join(' ', chain.ChainStatus.Select(s => s.StatusInformation.Trim()).Where(s => s.Length > 0).Distinct().DefaultIfEmpty("it is not signed by the authority of this cluster."));
    }
}
