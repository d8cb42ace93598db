using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>Certificates of a destination, read once: a file that is replaced counts from the next change of the settings, or start.</summary>
internal sealed class ExportCertificates
{
    private readonly X509Certificate2Collection? _trusted;
    private readonly X509Certificate2? _own;

    private ExportCertificates(DestinationSettings destination)
    {
        Files = (destination.CertificateFile, destination.ClientCertificateFile, destination.ClientKeyFile);
        if (Files.Trusted is { } trusted)
        {
            _trusted = [];
            _trusted.ImportFromPemFile(trusted);
            if (_trusted.Count == 0)
            {
                throw new CryptographicException($"There is no certificate in {trusted}.");
            }
        }

        _own = Files.Own is { } own ? X509Certificate2.CreateFromPemFile(own, Files.Key) : null;
    }

    /// <summary>The files: of those that are trusted, of its own, and of that one's key.</summary>
    public (string? Trusted, string? Own, string? Key) Files { get; }

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">One cannot be read.</exception>
    public static ExportCertificates Read(DestinationSettings destination)
    {
        try
        {
            return new ExportCertificates(destination);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new FormatException($"a certificate could not be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Puts them into force for connections.</summary>
    public void Apply(SslClientAuthenticationOptions options)
    {
        if (_own is not null)
        {
            options.ClientCertificates = [_own];
        }

        if (_trusted is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_trusted);
        }
    }
}
