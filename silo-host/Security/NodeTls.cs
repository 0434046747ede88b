using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using Orleans.Hosting;
using SiloHost.Configuration;

namespace SiloHost.Security;

/// <summary>
/// Encrypts the connections between silos, and from web servers to silos, and lets in whoever has a certificate of the cluster's own
/// authority. Names are not looked at: silos come and go with their addresses.
/// </summary>
internal static class NodeTls
{
    public static ISiloBuilder UseConfiguredTls(this ISiloBuilder silo, IConfiguration root)
    {
        var section = new TlsSection(root);
        return section.IsUsed ? silo.UseTls(tls => Configure(tls, section)) : silo;
    }

    public static IClientBuilder UseConfiguredTls(this IClientBuilder client, IConfiguration root)
    {
        var section = new TlsSection(root);
        return section.IsUsed ? client.UseTls(tls => Configure(tls, section)) : client;
    }

    private static void Configure(TlsOptions tls, TlsSection section)
    {
        var authority = section.LoadAuthority();
        tls.LocalCertificate = section.LoadCertificate();
        tls.RemoteCertificateMode = tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, _) => IsOf(authority, certificate);
        tls.OnAuthenticateAsClient = (_, authentication) =>
        {
            authentication.TargetHost = "silo";
            ((SslClientAuthenticationOptions)authentication.SslClientAuthenticationOptions).CertificateChainPolicy = PolicyOf(authority);
        };
        tls.OnAuthenticateAsServer = (_, authentication) =>
            ((SslServerAuthenticationOptions)authentication.SslServerAuthenticationOptions).CertificateChainPolicy = PolicyOf(authority);
    }

    private static bool IsOf(X509Certificate2Collection authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = PolicyOf(authority) };
        return chain.Build(certificate);
    }

    /// <summary>Also for what TLS looks at before it asks: a stranger's certificate may name any address for its issuer's.</summary>
    private static X509ChainPolicy PolicyOf(X509Certificate2Collection authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(authority);
        return policy;
    }
}
