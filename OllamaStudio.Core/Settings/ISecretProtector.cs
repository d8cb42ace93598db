namespace OllamaStudio.Core.Settings;

/// <summary>Makes a secret unreadable for whoever sees the settings file, and readable again on this machine.</summary>
public interface ISecretProtector
{
    /// <summary>Protects <paramref name="secret"/>. May throw where no key can be had or stored.</summary>
    string Protect(string secret);

    /// <summary>The secret that <see cref="Protect"/> was given; null where it cannot be read any more (other machine, lost key, damaged).</summary>
    string? TryUnprotect(string protectedSecret);
}
