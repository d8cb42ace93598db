using System.Runtime.CompilerServices;
using Bunit;

namespace OllamaStudio.Tests.Web;

/// <summary>How long a component is waited for, in all tests: what it waits for runs on other threads, and the machine may be busy.</summary>
internal static class WaitTimeout
{
    // Where the studio has loaded this assembly for its hook (StartupHook), bUnit is not there.
    [ModuleInitializer]
    internal static void SetInTests()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_STARTUP_HOOKS") is null)
        {
            Set();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Set() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30);
}
