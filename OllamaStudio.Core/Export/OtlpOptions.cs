using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Settings;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace OllamaStudio.Core.Export;

/// <summary>How the SDK is set up: by the settings alone, which have read the environment already.</summary>
internal static class OtlpOptions
{
    /// <summary>Most attributes of a span. A full capture of a long conversation has several for each message.</summary>
    public const int MaxSpanAttributes = 1024;

    private const string SpanAttributeLimit = "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT";
    private const string AttributeLimit = "OTEL_ATTRIBUTE_COUNT_LIMIT";

    /// <summary>The options of an exporter. Each one that the SDK would read from the environment is set here.</summary>
    public static OtlpExporterOptions Create(ExportPlan plan, HttpClient client)
    {
        RaiseAttributeLimit();
        return new OtlpExporterOptions
        {
            Protocol = OtlpExportProtocol.HttpProtobuf,
            Endpoint = plan.Endpoint,
            Compression = plan.Compression is DestinationCompression.Gzip ? OtlpExportCompression.GZip : OtlpExportCompression.None,
            // The handler writes them; here they would have to be escaped.
            Headers = "",
            TimeoutMilliseconds = plan.Batch.ExportTimeoutMilliseconds,
            HttpClientFactory = () => client,
        };
    }

    /// <summary>The options of an exporter that sends nothing itself: what it writes is fetched from its client. Each one that the SDK would read from the environment is set here.</summary>
    public static OtlpExporterOptions CreateLocal(HttpClient client) => new()
    {
        Protocol = OtlpExportProtocol.HttpProtobuf,
        Endpoint = new Uri("http://localhost/"),
        Compression = OtlpExportCompression.None,
        Headers = "",
        TimeoutMilliseconds = 10_000,
        HttpClientFactory = () => client,
    };

    /// <summary>Sends one span by an exporter of its own, which ends with it. Blocks until the answer is there.</summary>
    public static ExportResult ExportAlone(ExportPlan plan, HttpClient client, Activity span)
    {
        var exporter = new OtlpTraceExporter(Create(plan, client));
        using var provider = Sdk.CreateTracerProviderBuilder()
            .WithoutEnvironment()
            .SetResourceBuilder(plan.CreateResource())
            .AddProcessor(new SimpleActivityExportProcessor(exporter))
            .Build();
        return exporter.Export(new Batch<Activity>([span], 1));
    }

    /// <summary>
    /// A builder that does not look at the environment: <c>OTEL_SDK_DISABLED</c>, <c>OTEL_TRACES_SAMPLER</c> and the like
    /// are in the settings, where a person may have changed them since.
    /// </summary>
    public static TracerProviderBuilder WithoutEnvironment(this TracerProviderBuilder builder) =>
        builder.ConfigureServices(services => services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()));

    // The exporter cuts a span at 128 attributes. Up to OpenTelemetry 1.20 an exporter made by its public constructor takes
    // the limit from the process's environment and from nowhere else, so it is put there, unless a person put one there.
    // To go when the SDK has span limits as options of the provider.
    private static void RaiseAttributeLimit()
    {
        if (Environment.GetEnvironmentVariable(SpanAttributeLimit) is null && Environment.GetEnvironmentVariable(AttributeLimit) is null)
        {
            Environment.SetEnvironmentVariable(SpanAttributeLimit, MaxSpanAttributes.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
