using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Settings;

/// <summary>Settings from one studio to another: what is not as at first, without secrets and lists that hold some.</summary>
internal static class SettingsTransfer
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The settings in force that differ from the defaults and hold no secret, a JSON object shaped like settings.json.</summary>
    public static byte[] Write(SettingsService settings)
    {
        var document = new SettingsDocument(new JsonObject(), NoProtector.Instance);
        var (current, defaults) = (settings.Current, new StudioSettings());
        foreach (var setting in settings.Catalog.OfStudio.Where(setting => !setting.IsProtected && !ReferenceEquals(setting.Carry(current, defaults), defaults)))
        {
            setting.Save(current, document);
        }

        return Encoding.UTF8.GetBytes(document.Root.ToJsonString(s_options));
    }

    /// <summary>Reads what was written.</summary>
    /// <exception cref="BrokenFileException">It is no JSON object.</exception>
    public static JsonObject Read(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json, new JsonNodeOptions { PropertyNameCaseInsensitive = true }) as JsonObject
                ?? throw new BrokenFileException($"{SettingsFile.Name} holds no object.");
        }
        catch (JsonException fault)
        {
            throw BrokenFileException.From(fault).In(SettingsFile.Name);
        }
    }

    /// <summary>Saves those of them that make sense and are not fixed.</summary>
    /// <returns>How many, and why not the others.</returns>
    public static async Task<(int Taken, ImmutableArray<string> Faults)> TakeAsync(SettingsService settings, JsonObject json, CancellationToken cancellationToken)
    {
        var document = new SettingsDocument(json, NoProtector.Instance);
        var wanted = new List<(SettingDefinition Setting, JsonNode? Value)>();
        foreach (var setting in settings.Catalog.OfStudio.Where(static setting => !setting.IsProtected))
        {
            if (document.TryGet(setting.FilePath, out var value))
            {
                wanted.Add((setting, value));
            }
        }

        // All at once, because some bind each other; where one is at fault one after another, so that it does not keep the others out.
        if (await SaveAsync(wanted).ConfigureAwait(false) is null)
        {
            return (wanted.Count, []);
        }

        var faults = ImmutableArray.CreateBuilder<string>();
        var taken = 0;
        foreach (var one in wanted)
        {
            if (await SaveAsync([one]).ConfigureAwait(false) is { } fault)
            {
                faults.Add($"{one.Setting.Label}: {fault}");
            }
            else
            {
                taken++;
            }
        }

        return (taken, faults.ToImmutable());

        async Task<string?> SaveAsync(List<(SettingDefinition Setting, JsonNode? Value)> values)
        {
            string? unreadable = null;
            var result = await settings.SaveAsync(
                current => values.Aggregate(current, (changed, one) => one.Setting.WithJson(changed, one.Value, fault => unreadable = fault)), cancellationToken).ConfigureAwait(false);
            return unreadable ?? (result.Succeeded ? null : result.Faults[0].Message);
        }
    }

    // Nothing that is protected is ever asked for.
    private sealed class NoProtector : ISecretProtector
    {
        public static readonly NoProtector Instance = new();

        public string Protect(string secret) => throw new NotSupportedException();

        public string? TryUnprotect(string protectedSecret) => null;
    }
}
