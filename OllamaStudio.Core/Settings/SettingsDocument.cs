using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// What <see cref="SettingsFile"/> holds, by the paths of settings: <c>Telemetry:Destinations:0:Endpoint</c>, with numbers for
/// places in lists.
/// </summary>
/// <param name="root">The whole.</param>
/// <param name="protector">Seals and opens its secrets.</param>
internal sealed class SettingsDocument(JsonObject root, ISecretProtector protector)
{
    /// <summary>The property that marks a value as protected: <c>{"$protected": "CfDJ8…"}</c>.</summary>
    private const string ProtectedProperty = "$protected";

    // Within what is protected, so that nobody can change the one without the other.
    private const string ValueProperty = "$value";
    private const string ServerProperty = "$server";

    /// <summary>The whole.</summary>
    public JsonObject Root => root;

    /// <summary>What is saved for that key; <paramref name="json"/> is null for a saved <c>null</c> as well.</summary>
    public bool TryGet(string key, out JsonNode? json)
    {
        json = root;
        foreach (var name in key.Split(':'))
        {
            if (!TryStep(json, name, out json))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts a value in, and the objects and lists around it that are not there.</summary>
    public void Set(string key, JsonNode? value)
    {
        var names = key.Split(':');
        JsonNode parent = root;
        for (var i = 0; i < names.Length - 1; i++)
        {
            var isList = SettingJson.Index(names[i + 1]) < int.MaxValue;
            if (!TryStep(parent, names[i], out var child) || (isList ? child is not JsonArray : child is not JsonObject))
            {
                Put(parent, names[i], child = isList ? new JsonArray() : new JsonObject(root.Options));
            }

            parent = child!;
        }

        Put(parent, names[^1], value);
    }

    /// <summary>Puts the value of one key under another, in place of what is there; nothing where there is none.</summary>
    public void Move(string from, string to)
    {
        if (TryGet(from, out var value))
        {
            Remove(from);
            Set(to, value?.DeepClone());
        }
    }

    /// <summary>Takes a value out, and the objects around it that are empty then. An item of a list stays, as those behind it keep their places.</summary>
    public void Remove(string key)
    {
        var end = key.LastIndexOf(':');
        JsonNode? parent = root;
        if ((end >= 0 && !TryGet(key[..end], out parent)) || parent is not JsonObject properties)
        {
            return;
        }

        properties.Remove(key[(end + 1)..]);
        while (parent is JsonObject { Count: 0 } or JsonArray { Count: 0 } && parent.Parent is { } around)
        {
            if (around is JsonObject outer)
            {
                outer.Remove(parent.GetPropertyName());
            }
            else if (around is JsonArray { Count: 1 } items)
            {
                items.Clear();
            }

            parent = around;
        }
    }

    /// <summary>A secret as it is saved. Throws what the protector throws.</summary>
    /// <param name="value">The secret.</param>
    /// <param name="server">The server that it is for, kept with it; null for none in particular.</param>
    public JsonNode? Seal(JsonNode? value, string? server = null) => value is null ? null : new JsonObject
    {
        [ProtectedProperty] = protector.Protect((server is null ? value : new JsonObject { [ValueProperty] = value.DeepClone(), [ServerProperty] = server }).ToJsonString()),
    };

    /// <summary>Opens a protected value. One in clear text, written by hand, is taken as it is; the next save protects it.</summary>
    /// <param name="value">What is saved; then what it holds.</param>
    /// <param name="server">The server that was kept with it; null where none was, as in files of earlier versions.</param>
    public bool TryOpen([MaybeNull] ref JsonNode? value, out string? server)
    {
        server = null;
        if (value is not JsonObject { Count: 1 } wrapper || wrapper[ProtectedProperty] is not JsonValue sealedValue)
        {
            return true;
        }

        try
        {
            if (sealedValue.TryGetValue<string>(out var text) && protector.TryUnprotect(text) is { } opened)
            {
                value = JsonNode.Parse(opened);
                if (value is JsonObject { Count: 2 } pair && pair.ContainsKey(ValueProperty) && pair[ServerProperty].Text() is { } kept)
                {
                    (value, server) = (pair[ValueProperty]?.DeepClone(), kept);
                }

                return true;
            }
        }
        catch (JsonException)
        {
            // Opened to something that was never written here: the same as not opened.
        }

        return false;
    }

    private static bool TryStep(JsonNode? parent, string name, out JsonNode? child)
    {
        child = null;
        if (parent is JsonArray items && SettingJson.Index(name) is var index && index < items.Count)
        {
            child = items[index];
            return true;
        }

        return parent is JsonObject properties && properties.TryGetPropertyValue(name, out child);
    }

    private static void Put(JsonNode parent, string name, JsonNode? value)
    {
        if (parent is not JsonArray items)
        {
            parent[name] = value;
        }
        else if (SettingJson.Index(name) is var index && index < items.Count)
        {
            items[index] = value;
        }
        else
        {
            items.Add(value);
        }
    }
}
