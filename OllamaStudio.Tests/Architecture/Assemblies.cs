using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace OllamaStudio.Tests.Architecture;

/// <summary>What compiled code uses.</summary>
internal static class Assemblies
{
    /// <summary>The uses between a project's modules that its layers forbid, each type once.</summary>
    public static IReadOnlyList<ModuleDependency> ForbiddenIn(Assembly assembly, Layering layering) =>
    [
        .. new ArchLoader().LoadAssemblies(assembly).Build().Types
            .SelectMany(static type => type.Dependencies, static (type, use) => (Type: type, use.Target))
            // Of generic methods that are called alike it takes one's parameter for another's (ArchUnitNET 0.13.5): all contexts of generated JSON have them.
            .Where(static use => use.Target is not GenericParameter)
            .Select(use => (From: layering.ModuleOf(use.Type.Namespace?.FullName), To: layering.ModuleOf(use.Target.Namespace?.FullName), Where: use.Type.FullName))
            .Where(use => use is { From: { } from, To: { } to } && !layering.Allows(from, to))
            .Select(static use => new ModuleDependency(use.From!, use.To!, use.Where))
            .Distinct(),
    ];

    /// <summary>Assemblies that a project's code refers to, by name.</summary>
    public static IEnumerable<string> ReferencesOf(Assembly assembly) => assembly.GetReferencedAssemblies().Select(static name => name.Name!);
}
