using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>Protects secrets with ASP.NET data protection; its keys lie in the data folder.</summary>
public sealed class DataProtectionSecretProtector(IDataProtectionProvider provider) : ISecretProtector
{
    private readonly IDataProtector _protector = provider.CreateProtector("OllamaStudio.Settings.v1");

    /// <inheritdoc />
    public string Protect(string secret) => _protector.Protect(secret);

    /// <inheritdoc />
    public string? TryUnprotect(string protectedSecret)
    {
        try
        {
            return _protector.Unprotect(protectedSecret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
