using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>Protects the settings' secrets with ASP.NET data protection.</summary>
public sealed class DataProtectionSecretProtector(IDataProtectionProvider provider) : ISecretProtector
{
    private readonly IDataProtector _protector = provider.CreateProtector("OllamaStudio.Settings.v1");

    /// <inheritdoc/>
    public string Protect(string secret) => _protector.Protect(secret);

    /// <inheritdoc/>
    public string? TryUnprotect(string protectedSecret)
    {
        try
        {
            return _protector.Unprotect(protectedSecret);
        }
        catch (Exception problem) when (problem is CryptographicException or FormatException)
        {
            // Another machine's or a lost key, or a damaged text: one answer for all of them.
            return null;
        }
    }
}
