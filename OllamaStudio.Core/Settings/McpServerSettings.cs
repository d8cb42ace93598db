using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Settings;

/// <summary>How one MCP server is reached. Two that say the same are equal, so that a change restarts only what it concerns.</summary>
public sealed record McpServerSettings
{
    /// <summary>Seconds that a call may take, where nothing else is set.</summary>
    public const int DefaultCallTimeoutSeconds = 60;

    /// <summary>Seconds that connecting may take, where nothing else is set.</summary>
    public const int DefaultConnectTimeoutSeconds = 30;

    // The type's own Empty would compare names by culture.
    private static readonly ImmutableSortedDictionary<string, string> s_none = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What people and tools' names call it: letters, digits, <c>-</c> and <c>_</c>; unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it is a program of this machine, or a server at an address.</summary>
    public McpTransport Transport { get; init; }

    /// <summary>The program to run, on the path or with its own; null over HTTP.</summary>
    public string? Command { get; init; }

    /// <summary>The program's arguments, each as it is given to it.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Environment variables that the program gets beside the few it needs to run. Values may be secrets: never logged or shown.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = s_none;

    /// <summary>Folder that the program starts in; null for the studio's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The server's address, http or https; null over stdio.</summary>
    public string? Url { get; init; }

    /// <summary>HTTP headers of every request. Values may be secrets: never logged or shown.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = s_none;

    /// <summary>Whether it is connected to, and its tools offered.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether it is believed which of its tools only read: those then run without asking the person. Else all of them ask.</summary>
    public bool TrustsReadOnly { get; init; }

    /// <summary>Seconds after which a call is given up. 1–3,600.</summary>
    public int CallTimeoutSeconds { get; init; } = DefaultCallTimeoutSeconds;

    /// <summary>Seconds after which an attempt to connect is given up. 1–600.</summary>
    public int ConnectTimeoutSeconds { get; init; } = DefaultConnectTimeoutSeconds;

    /// <inheritdoc/>
    public bool Equals(McpServerSettings? other) =>
        other is not null
        && (Name, Transport, Command, WorkingDirectory, Url, Enabled) == (other.Name, other.Transport, other.Command, other.WorkingDirectory, other.Url, other.Enabled)
        && (TrustsReadOnly, CallTimeoutSeconds, ConnectTimeoutSeconds) == (other.TrustsReadOnly, other.CallTimeoutSeconds, other.ConnectTimeoutSeconds)
        && Arguments.AsSpan().SequenceEqual(other.Arguments.AsSpan())
        && Environment.SequenceEqual(other.Environment)
        && Headers.SequenceEqual(other.Headers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Transport, Command, Url, Enabled);

    // Written by hand because a record prints all of its members, and this one must be safe to log: arguments may hold keys as well.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Name = {Name}, Transport = {Transport}, Enabled = {Enabled}, ");
        builder.Append(
            CultureInfo.InvariantCulture,
            $"{(Transport is McpTransport.Http ? $"Url = {Url?.Split('?')[0]}" : $"Command = {Command}, {Arguments.Length} arguments")}, ");
        builder.Append(CultureInfo.InvariantCulture, $"environment [{string.Join(", ", Environment.Keys)}], headers [{string.Join(", ", Headers.Keys)}]");
        return true;
    }
}

/// <summary>How an MCP server is spoken to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<McpTransport>))]
public enum McpTransport
{
    /// <summary>A program that the studio starts, over its standard input and output.</summary>
    Stdio,

    /// <summary>A server at an address, over streamable HTTP.</summary>
    Http,
}
