using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OllamaStudio.Core.Export.Push;

/// <summary>
/// Writes batches as the SDK's OTLP exporter does, once for all destinations: the exporter's client hands over the body in place of
/// sending it. A provider without sources carries the resource, which the exporter takes from its provider and from nowhere else. For one
/// caller at a time.
/// </summary>
internal sealed class OtlpWriter<T> : IDisposable where T : class
{
    private readonly Catcher _catcher;
    private readonly HttpClient _client;
    private readonly BaseExporter<T> _exporter;
    private readonly IDisposable _carrier;

    /// <summary>Makes one.</summary>
    /// <param name="make">Makes the exporter.</param>
    /// <param name="carry">Makes its provider.</param>
    public OtlpWriter(Func<OtlpExporterOptions, BaseExporter<T>> make, Func<BaseExporter<T>, IDisposable> carry)
    {
        _catcher = new Catcher();
        _client = new HttpClient(_catcher);
        _exporter = make(OtlpOptions.CreateLocal(_client));
        _carrier = carry(_exporter);
    }

    /// <summary>The request that the batch makes; null where it could not be written.</summary>
    public byte[]? Write(in Batch<T> batch)
    {
        _catcher.Body = null;
        _exporter.Export(batch);
        return _catcher.Body;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _carrier.Dispose();
        _exporter.Dispose();
        _client.Dispose();
    }

    private sealed class Catcher : HttpMessageHandler
    {
        public byte[]? Body { get; set; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var copy = new MemoryStream();
            request.Content?.CopyTo(copy, context: null, cancellationToken); // the exporter's buffer is its own again after this
            Body = copy.ToArray();
            return new HttpResponseMessage(HttpStatusCode.OK);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));
    }
}

/// <summary>Makes writers of metrics and logs.</summary>
internal static class OtlpWriter
{
    /// <summary>One of metrics.</summary>
    public static OtlpWriter<Metric> OfMetrics(ResourceBuilder resource) => new(
        static options => new OtlpMetricExporter(options),
        exporter => Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(WithoutEnvironment)
            .SetResourceBuilder(resource)
            .AddReader(new BaseExportingMetricReader(exporter))
            .Build());

    /// <summary>One of logs.</summary>
    public static OtlpWriter<LogRecord> OfLogs(ResourceBuilder resource) => new(
        static options => new OtlpLogExporter(options),
        exporter => OpenTelemetrySdk.Create(sdk =>
        {
            WithoutEnvironment(sdk.Services);
            sdk.WithLogging(logging => logging.SetResourceBuilder(resource).AddProcessor(new SimpleLogRecordExportProcessor(exporter)));
        }));

    // As for traces: the settings have read it.
    internal static void WithoutEnvironment(IServiceCollection services) => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
}
