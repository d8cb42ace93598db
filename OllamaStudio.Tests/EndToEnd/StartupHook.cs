using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The runtime looks for a type of this name, outside of any namespace, in what DOTNET_STARTUP_HOOKS names, and calls it before Main.
#pragma warning disable CA1050, MA0047

/// <summary>
/// Runs inside the studio's own process, as <see cref="OllamaStudio.Tests.EndToEnd.StudioRunner"/> starts it, and calls its Main once for
/// every line that comes: the next studio finds the code compiled, which is the most of what a start and a first page cost.
/// </summary>
internal static class StartupHook
{
    /// <summary>How the line after the last one of a run begins, on both streams; its exit code follows.</summary>
    internal const string EndMark = "\u0003studio ended ";

    /// <summary>The name under which the variables have the working directory.</summary>
    internal const string Folder = "";

    private static volatile IHost? s_host;

    /// <summary>Ends the process with the last run's exit code, once nothing comes any more.</summary>
    public static void Initialize()
    {
        Environment.SetEnvironmentVariable("DOTNET_STARTUP_HOOKS", null); // programs that the studio starts run by themselves
        DiagnosticListener.AllListeners.Subscribe(new Hosts());
        var main = Assembly.GetEntryAssembly()!.EntryPoint!;
        var exitCode = 0;
        while (Console.In.ReadLine() is { } line)
        {
            var variables = JsonSerializer.Deserialize<Dictionary<string, string?>>(line)!;
            var before = variables.Keys.Where(static name => name != Folder).ToDictionary(static name => name, Environment.GetEnvironmentVariable, StringComparer.Ordinal);
            Set(variables);
            Environment.CurrentDirectory = variables[Folder]!;
            s_host = null;
            var run = Task.Factory.StartNew(
                () => Run(main), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Console.In.ReadLine(); // an empty one, or the end of all: this one is to end
            Stop(s_host);
            exitCode = run.GetAwaiter().GetResult();
            Set(before);
        }

        Environment.Exit(exitCode);
    }

    private static int Run(MethodInfo main)
    {
        var exitCode = -1;
        try
        {
            exitCode = (int)main.Invoke(null, [Array.Empty<string>()])!;
        }
        finally
        {
            Console.Error.WriteLine(EndMark + exitCode);
            Console.Out.WriteLine(EndMark + exitCode);
        }

        return exitCode;
    }

    private static void Stop(IHost? host)
    {
        try
        {
            host?.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    private static void Set(Dictionary<string, string?> variables)
    {
        foreach (var (name, value) in variables.Where(static variable => variable.Key != Folder))
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        TimeZoneInfo.ClearCachedData(); // TZ may be among them
    }

    // Where a host is built, it is said: the only way to it from outside of Main.
    private sealed class Hosts : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilt", Value: IHost host })
            {
                s_host ??= host; // the next one is that of the demo
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
