using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Tools;

/// <summary>
/// All tools of all sources, each under a name of its own. A name that several sources use goes to the studio's own tool;
/// everybody else's is prefixed with its source, whoever came first, so that names do not depend on an order. Safe to use
/// from any thread.
/// </summary>
public sealed class ToolBox : IDisposable
{
    /// <summary>The source whose names are never prefixed.</summary>
    public const string BuiltInSource = "built in";

    /// <summary>Longest name a model sees, in characters; what functions of other providers are held to as well.</summary>
    public const int MaxNameLength = 64;

    private readonly ImmutableArray<IToolSource> _sources;
    private volatile ToolList? _tools;
    private int _version;

    /// <summary>Gathers from <paramref name="sources"/>, which are asked again whenever one says that it changed.</summary>
    public ToolBox(IEnumerable<IToolSource> sources)
    {
        _sources = [.. sources];
        foreach (var source in _sources)
        {
            source.Changed += OnChanged;
        }
    }

    /// <summary>The tools that can be called now, in the order of their sources; names are unique.</summary>
    public ImmutableArray<StudioTool> Tools
    {
        get
        {
            // Read before the sources are: a list that was gathered while one of them changed is not taken for the newest.
            var version = Volatile.Read(ref _version);
            if (_tools is not { } list || list.Version != version)
            {
                _tools = list = new ToolList(version, Resolve([.. _sources.SelectMany(source => source.Tools)]));
            }

            return list.Tools;
        }
    }

    /// <summary>Raised after <see cref="Tools"/> changed, on any thread. Handlers must be quick.</summary>
    public event Action? Changed;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var source in _sources)
        {
            source.Changed -= OnChanged;
        }
    }

    private void OnChanged()
    {
        Interlocked.Increment(ref _version);
        Changed?.Invoke();
    }

    private static ImmutableArray<StudioTool> Resolve(ImmutableArray<StudioTool> tools)
    {
        var shared = tools.GroupBy(tool => tool.Name, StringComparer.Ordinal)
            .Where(same => same.Count() > 1)
            .Select(same => same.Key)
            .ToHashSet(StringComparer.Ordinal);
        if (shared.Count == 0)
        {
            return tools;
        }

        var taken = tools.Where(tool => !shared.Contains(tool.Name)).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        return [.. tools.Select(Named)];

        StudioTool Named(StudioTool tool)
        {
            if (!shared.Contains(tool.Name))
            {
                return tool;
            }

            var wanted = tool.Source == BuiltInSource ? tool.Name : Cut($"{Plain(tool.Source)}_{tool.Name}", MaxNameLength);
            var name = wanted;
            for (var number = 2; !taken.Add(name); number++)
            {
                var suffix = $"_{number}";
                name = Cut(wanted, MaxNameLength - suffix.Length) + suffix;
            }

            return name == tool.Name ? tool : tool with { Id = tool.Id, Function = new RenamedFunction(tool.Function, name) };
        }
    }

    // What models are used to in a function's name: letters, digits, underscore and hyphen.
    private static string Plain(string source)
    {
        var plain = new StringBuilder(source.Length);
        foreach (var c in source)
        {
            plain.Append(char.IsAsciiLetterOrDigit(c) || c is '-' ? c : '_');
        }

        return plain.ToString();
    }

    private static string Cut(string name, int length) => name.Length <= length ? name : name[..length];

    private sealed record ToolList(int Version, ImmutableArray<StudioTool> Tools);
}

/// <summary>Something that has tools: the studio itself, or its MCP servers. Safe to use from any thread.</summary>
public interface IToolSource
{
    /// <summary>The tools that can be called now. A snapshot; never null.</summary>
    IReadOnlyList<StudioTool> Tools { get; }

    /// <summary>Raised after <see cref="Tools"/> changed, on any thread. Handlers must be quick.</summary>
    event Action? Changed;
}

/// <summary>A function under another name.</summary>
internal sealed class RenamedFunction(AIFunction function, string name) : DelegatingAIFunction(function)
{
    /// <inheritdoc />
    public override string Name => name;
}
