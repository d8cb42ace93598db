using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace OllamaStudio.Tests;

/// <summary>
/// Hands bUnit the AngleSharp.Diffing that build/BunitShim.targets put beside the tests: bUnit was compiled against a
/// later version than the feed carries, so the runtime's own probing refuses it. Goes together with that file.
/// </summary>
internal static class BunitShim
{
    [ModuleInitializer]
    internal static void Install() =>
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name.Name == "AngleSharp.Diffing"
                ? context.LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "AngleSharp.Diffing.dll"))
                : null;
}
