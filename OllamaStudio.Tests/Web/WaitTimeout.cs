using System.Runtime.CompilerServices;
using Bunit;

namespace OllamaStudio.Tests.Web;

/// <summary>How long a component is waited for, in all tests: what it waits for runs on other threads, and the machine may be busy.</summary>
internal static class WaitTimeout
{
    [ModuleInitializer]
    internal static void Set() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30);
}
