using System.Text.RegularExpressions;

namespace OllamaStudio.Tests.Architecture;

/// <summary>One module using another.</summary>
/// <param name="From">The module that uses.</param>
/// <param name="To">The module that is used.</param>
/// <param name="Where">The type or file that does it.</param>
internal sealed record ModuleDependency(string From, string To, string Where);

/// <summary>The modules of a project, which are namespaces, and who may use whom.</summary>
/// <param name="Root">The namespace that the modules stand in, which is the project's name and folder too.</param>
/// <param name="Layers">Modules, lowest first. One uses those in the layers below its own, and not those beside it.</param>
internal sealed record Layering(string Root, string[][] Layers)
{
    private readonly string _names = $@"(?<![\w.""/])(?:{Regex.Escape(Root)}|{Root.Split('.')[^1]})\.(\w+)|cref=""(\w+)\.[A-Z]";

    /// <summary>Every module.</summary>
    public IEnumerable<string> Modules => Layers.SelectMany(static layer => layer);

    /// <summary>The module that a namespace lies in; null for one outside of all.</summary>
    public string? ModuleOf(string? space)
    {
        var prefix = Root + ".";
        var module = space?.StartsWith(prefix, StringComparison.Ordinal) is true ? space[prefix.Length..].Split('.')[0] : null;
        return Modules.Contains(module) ? module : null;
    }

    /// <summary>Whether <paramref name="from"/> may use <paramref name="to"/>.</summary>
    public bool Allows(string from, string to) => from == to || LayerOf(to) < LayerOf(from);

    /// <summary>
    /// The modules that a source names and may not use: in <c>using</c>s, in full (<c>OllamaStudio.Core.Chat.History</c>,
    /// <c>Core.Chat.History</c>) and in references of doc comments. Constants and <c>nameof</c> leave no trace in the
    /// assembly; here they are found.
    /// </summary>
    public IEnumerable<ModuleDependency> ForbiddenIn(string source, string module, string where) =>
        source.Split('\n')
            .Where(static line => !line.TrimStart('@').StartsWith("namespace ", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line, _names, RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value)
            .Where(to => Modules.Contains(to) && !Allows(module, to))
            .Distinct()
            .Select(to => new ModuleDependency(module, to, where));

    private int LayerOf(string module) => Array.FindIndex(Layers, layer => layer.Contains(module));
}
