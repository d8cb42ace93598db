using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.SignalR;
using OllamaStudio;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Http;
using OllamaStudio.Http.Api;
using OllamaStudio.Shell;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    // Configuration and assets lie beside the program, wherever it is started from.
    ContentRootPath = AppContext.BaseDirectory,
});
builder.WebHost.UseStaticWebAssets();
if (!builder.Environment.IsDevelopment())
{
    // Else a build looks for files that changed under it. It compares their times to the second with ones that are finer
    // (ASP.NET Core 10.0.12), finds every file changed, and sends it in a gzip that compresses nothing.
    builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", "false");
}

var layers = SettingsLayers.Read(args, Environment.GetEnvironmentVariables(), SettingsFiles.Of(builder.Configuration));
var host = HostSettings.Read(layers);
foreach (var fault in host.Faults)
{
    Console.Error.WriteLine($"{fault.Source}: {fault.Message}");
}

if (host.IsPortFaulty)
{
    return 2; // another port than the one asked for would not be found
}

if (args is [HealthCheck.Verb])
{
    return await HealthCheck.RunAsync(builder.Configuration, host);
}

var folder = DataFolder.Resolve(host);
using var folderLock = DataFolderLock.TryTake(folder);
if (folderLock is null)
{
    Console.Error.WriteLine($"Another studio uses the data folder {folder.Path}. Stop it, or set OLLAMASTUDIO_DATA to another folder for this one.");
    return 1;
}

if (StudioDatabase.TryRestore(folder, TimeProvider.System) is { } restored)
{
    Console.Error.WriteLine(restored);
}

if (StudioDatabase.FindRefusal(folder) is { } refused)
{
    Console.Error.WriteLine(refused.Message);
    return 3; // its database must stay as it is
}

builder.WebHost.ConfigureStudio(builder.Configuration, host);
builder.Logging.ConfigureStudio();

var access = AccessSettings.Read(layers, folder, ListenAddresses.FindBeyondLoopback(builder.Configuration));
if (access.Fault is { } refusal)
{
    Console.Error.WriteLine($"{refusal.Source}: {refusal.Message}");
    return 2; // nobody could get in, or everybody could
}

if (access.Warning is { } warning)
{
    Console.Error.WriteLine(warning);
}

builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(6));
builder.Services.Configure<HubOptions>(options => options.MaximumReceiveMessageSize = 6L * ChatService.MaxPromptLength);
// The page itself; its files are compressed when it is built. It holds the theme's styles, and nothing secret.
builder.Services.AddResponseCompression(options => options.MimeTypes = ["text/html"]);
builder.Services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddSingleton(layers);
builder.Services.AddSingleton(folder);
builder.Services.AddStudio();
builder.Configuration.LeaveOpenTelemetryToSettings();
builder.Services.AddAccess(access, folder, builder.Configuration);
builder.Services.AddApi();
builder.Services.AddMetricsPage();

var app = builder.Build();

// Before anything can log; the settings, which may change it, come later.
app.Services.GetRequiredService<LogLevels>().Set(host.LogLevel);

// Listening begins before the first span can start.
app.Services.GetRequiredService<SpanListener>();

app.UseResponseCompression();
app.UseLocalGuard();
app.UseStatusCodePagesWithReExecute("/not-found"); // outside the guard: what is executed again asks for the token again
app.UseAccessGuard();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapHealth();
app.MapToolImages();
app.MapDownloads();
app.MapApi();
app.MapMetricsPage();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);

return await app.RunStudioAsync();
