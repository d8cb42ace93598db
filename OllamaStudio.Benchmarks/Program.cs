using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OllamaStudio.Benchmarks;
using OllamaStudio.Benchmarks.InTheBrowser;
using OllamaStudio.Benchmarks.Loopback;
using OllamaStudio.Benchmarks.Store;
using OllamaStudio.Benchmarks.Turns;
using Perfolizer.Horology;

if (args is [ReplyServer.Verb, var framing, var chunks])
{
    return ReplyServer.Run(Enum.Parse<Framing>(framing), int.Parse(chunks, CultureInfo.InvariantCulture));
}

if (args is [ReplyServer.Verb, var paced, var lines, var pause])
{
    return ReplyServer.Run(Enum.Parse<Framing>(paced), int.Parse(lines, CultureInfo.InvariantCulture), int.Parse(pause, CultureInfo.InvariantCulture));
}

if (args is [ReceiverServer.Verb])
{
    return ReceiverServer.Run();
}

if (args is [TurnsRun.Verb])
{
    await TurnsRun.RunAsync();
    return 0;
}

if (args is [FeedRun.Verb])
{
    FeedRun.Run();
    return 0;
}

if (args is [CrowdRun.Verb])
{
    await CrowdRun.RunAsync();
    return 0;
}

if (args is [Pairs.Verb, .. var kind])
{
    return await Pairs.RunAsync(parse: kind is ["parse"]);
}

if (args is [IdleRun.Verb, ..])
{
    await IdleRun.RunAsync(args is [_, var program] ? program : StudioUnderTest.Built);
    return 0;
}

if (args is [PaintRun.Verb, ..])
{
    await PaintRun.RunAsync(args is [_, var program] ? program : StudioUnderTest.Built);
    return 0;
}

if (args is [LongChatRun.Verb, ..])
{
    await LongChatRun.RunAsync(args is [_, var program] ? program : StudioUnderTest.Built);
    return 0;
}

if (args is [StoredTurnRun.Verb, ..])
{
    await StoredTurnRun.RunAsync(args is [_, var program] ? program : StudioUnderTest.Built);
    return 0;
}

if (args is [StoringRun.Verb])
{
    await StoringRun.RunAsync();
    return 0;
}

if (args is [StoreTrimRun.Verb, .. var trimmed])
{
    var counts = trimmed.Select(count => int.Parse(count, CultureInfo.InvariantCulture)).ToArray();
    await (counts is [var old, var kept] ? StoreTrimRun.RunAsync(old, kept) : StoreTrimRun.RunAsync());
    return 0;
}

if (args is [LargeStoreRun.Verb, var filled, ..])
{
    await LargeStoreRun.RunAsync(filled, args is [_, _, var program] ? program : StudioUnderTest.Built);
    return 0;
}

if (args is [StoreGrowthRun.Verb, var smaller, var larger])
{
    await StoreGrowthRun.RunAsync(smaller, larger);
    return 0;
}

if (args is [StoreRun.Verb, var folder, .. var sizes])
{
    var counts = sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToArray();
    await (counts is [var traces, var conversations, var messages] ? StoreRun.RunAsync(folder, traces, conversations, messages) : StoreRun.RunAsync(folder));
    return 0;
}

// All of it, or what BenchmarkDotNet's own arguments pick, such as --filter '*Parse*'. In this process: no second build, and
// benchmark and baseline share the compiler's and the collector's mood. Many short iterations: on a busy machine some of them
// are left alone.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(40)
    .WithIterationTime(TimeInterval.FromMilliseconds(20))
    .WithIterationCount(120);

var config = ManualConfig.CreateEmpty()
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet.Artifacts"));

var summaries = BenchmarkSwitcher.FromAssembly(typeof(SpeedSummary).Assembly).Run(args is [] ? ["--filter", "*"] : args, config).ToList();
Console.WriteLine();
Console.WriteLine(SpeedSummary.Write(summaries));
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
