using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiveStash.Circuits.Tabs;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Processes.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests;

/// <summary>Connections between web servers and silos are encrypted, and only who has a certificate is let in.</summary>
[Collection(TimedCollection.Name)]
public sealed class TlsTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-tls-");

    /// <inheritdoc />
    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Tls_SilosAndWebServerHaveCertificates_PagesSaveAndStrangersAreRefused()
    {
        using var authority = Authority("cluster");
        using var foreign = Authority("foreign");
        await using var database = await postgres.Server.CreateDatabaseAsync(storage: "PostgreSql");
        await using var cluster = new ProcessCluster(database, output, BuildOutput.ElevatorApp);
        var silos = new[] { cluster.AddSilo(StashDurability.WriteThrough, Node("silo1", authority, authority)), cluster.AddSilo(StashDurability.WriteThrough, Node("silo2", authority, authority)) };
        var web = cluster.AddWeb(Node("web", authority, authority));
        await ProcessCluster.StartAsync([.. silos, web]);

        await using var tab = new Tab([web.Address], "/stashed");
        await FillAsync(tab);
        await using var plain = await RefusedAsync(cluster, silos, "Cannot determine the frame size");
        await using var stranger = await RefusedAsync(cluster, silos, "The remote certificate was rejected by the provided RemoteCertificateValidationCallback", Node("stranger", foreign, authority));
        await using var second = new Tab([web.Address], "/stashed");
        await FillAsync(second);
    }

    [Fact]
    public async Task Tls_StrangersCertificateSaysWhereItsIssuerIs_SiloDoesNotGoThereBeforeItRefusesIt()
    {
        using var authority = Authority("cluster");
        using var foreign = Authority("foreign");
        using var issuer = new TcpListener(IPAddress.Loopback, 0);
        issuer.Start();
        await using var database = await postgres.Server.CreateDatabaseAsync();
        await using var cluster = new ProcessCluster(database, output);
        var silo = cluster.AddSilo(StashDurability.WriteThrough, Node("silo", authority, authority));
        await ProcessCluster.StartAsync(silo);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, [$"http://{issuer.LocalEndpoint}/issuer.crt"]));
        using var bare = Sign(request, foreign);
        using var certificate = bare.CopyWithPrivateKey(key);

        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, silo.GatewayPort);
        await using var tls = new SslStream(connection.GetStream());
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "silo",
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            });
            await tls.ReadExactlyAsync(new byte[1]);
        });

        Assert.False(issuer.Pending());
        await Until.TrueAsync(() => silo.Log.Has("The remote certificate was rejected by the provided RemoteCertificateValidationCallback"), "the silo says that it has refused it");
    }

    [Fact]
    public async Task Tls_KeyIsNotThere_SiloSaysSoAndDoesNotStart()
    {
        using var authority = Authority("cluster");
        var node = Node("silo", authority, authority);

        (await ProgramRun.SiloHostAsync(node[..1])).Failed(2, "Tls:Key is not set");
        File.Delete(node[1].Split('=')[1]);
        (await ProgramRun.SiloHostAsync(node)).Failed(2, "Tls cannot be used: ");
    }

    /// <summary>A web server that the silos do not let in: it waits, and no page of it saves anything.</summary>
    private static async Task<NodeProcess> RefusedAsync(ProcessCluster cluster, NodeProcess[] silos, string reason, params string[] settings)
    {
        var web = cluster.AddWeb(settings);
        web.Start();
        await Until.TrueAsync(() => silos.Any(silo => silo.Log.Has(reason)), $"a silo says: {reason}");
        Assert.NotEqual(200, await web.ReadyStatusAsync());
        await web.KillAsync();
        return web;
    }

    private static async Task FillAsync(Tab tab)
    {
        await tab.OpenAsync();
        await Until.TrueAsync(() => tab.Look(static screen => screen.Attribute("page", "data-interactive")) == "true", "the page is live");
        await tab.ChangeAsync("name", "Ada");
        await Until.TrueAsync(() => tab.Look(static screen => screen.Attribute("page", "data-told"))?.StartsWith("Ada", StringComparison.Ordinal) == true, "the name is saved");
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    /// <summary>The settings of a node: with a certificate that one authority has signed, trusting another or the same.</summary>
    private string[] Node(string name, X509Certificate2 signer, X509Certificate2 trusted)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = Sign(request, signer);
        return
        [
            $"--Tls:Certificate={Write($"{name}.crt", certificate.ExportCertificatePem())}",
            $"--Tls:Key={Write($"{name}.key", key.ExportPkcs8PrivateKeyPem())}",
            $"--Tls:Authority={Write($"{name}.authority.crt", trusted.ExportCertificatePem())}",
        ];
    }

    private static X509Certificate2 Sign(CertificateRequest request, X509Certificate2 signer) =>
        request.Create(signer, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(12), RandomNumberGenerator.GetBytes(12));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
