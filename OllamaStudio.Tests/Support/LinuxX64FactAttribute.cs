using System.Runtime.InteropServices;

namespace OllamaStudio.Tests.Support;

/// <summary>A test of a program that is there for Linux on x64 only. Skipped elsewhere; there it must run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxX64FactAttribute : FactAttribute
{
    public LinuxX64FactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64)
        {
            Skip = "Needs Linux on x64.";
        }
    }
}
