using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SiloHost.Configuration;

/// <summary>The section <c>Tls</c>: what this node shows to others, and whom it lets in. Files in PEM.</summary>
internal sealed class TlsSection(IConfiguration root)
{
    private const string Section = "Tls";

    private static readonly string[] Keys = ["Certificate", "Key", "Authority"];

    private readonly IConfigurationSection _section = root.GetSection(Section);

    /// <summary>Whether connections between nodes are to be encrypted.</summary>
    public bool IsUsed => Keys.Any(key => _section[key] is { Length: > 0 });

    /// <summary>Settings with which the search for other errors goes on where these cannot be used: a host with errors never starts.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Instead() => FindErrors().Any() ? Keys.Select(static key => KeyValuePair.Create($"{Section}:{key}", (string?)"")) : [];

    /// <summary>One for each error; empty when it can be used, or is not there.</summary>
    public IEnumerable<SettingError> FindErrors()
    {
        foreach (var unknown in SettingsCheck.FindUnknown(_section, Keys))
        {
            yield return unknown;
        }

        if (!IsUsed)
        {
            yield break;
        }

        var missing = Keys.Where(key => _section[key] is null or "").ToArray();
        if (missing.Length > 0)
        {
            yield return new($"{Section}:{missing[0]}", $"is not set; with one of {string.Join(", ", Keys)} all of them are needed.");
        }
        else if (Problem() is { } problem)
        {
            yield return new(Section, $"cannot be used: {problem}");
        }
    }

    /// <summary>What this node shows, with its private key.</summary>
    /// <exception cref="CryptographicException">It is none, or the key is not its own.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public X509Certificate2 LoadCertificate()
    {
        using var certificate = X509Certificate2.CreateFromPemFile(_section["Certificate"]!, _section["Key"]);

        // Windows takes no certificate whose key is in memory only.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Whose certificates are let in.</summary>
    /// <inheritdoc cref="LoadCertificate"/>
    public X509Certificate2Collection LoadAuthority()
    {
        var authority = new X509Certificate2Collection();
        authority.ImportFromPemFile(_section["Authority"]!);
        return authority.Count > 0 ? authority : throw new CryptographicException($"There is no certificate in {_section["Authority"]}.");
    }

    private string? Problem()
    {
        try
        {
            LoadCertificate().Dispose();
            LoadAuthority();
            return null;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return exception.Message;
        }
    }
}
