using System.Net.Http.Headers;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>How the studio speaks to an endpoint: connections and headers, the same for spans sent and spans read back.</summary>
internal static class ExportHttp
{
    // Phoenix Cloud moves between addresses: connections are not kept for ever.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Makes the handler that holds the connections.</summary>
    public static SocketsHttpHandler CreateSocketsHandler(ExportPlan plan)
    {
        var handler = new SocketsHttpHandler
        {
            // A proxy of the environment must not be asked for what is on this machine.
            UseProxy = !plan.Endpoint.IsLoopback,
            // A redirected POST would arrive as a GET, or take the key elsewhere: a person sets the new address instead.
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = ConnectionLifetime,
        };
        plan.Certificates.Apply(handler.SslOptions);
        return handler;
    }

    /// <summary>A request of OTLP that was written before.</summary>
    public static HttpRequestMessage Post(Uri endpoint, byte[] body, string? encoding)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(OtlpHandler.ProtobufMediaType);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }

        return request;
    }

    /// <summary>Names project and key. What the settings have a field for wins over a further header of the same name.</summary>
    public static void AddHeaders(ExportPlan plan, HttpRequestHeaders headers)
    {
        if (!headers.NonValidated.Contains(ResourceNames.ProjectHeader))
        {
            AddProject(plan.Project, headers);
        }

        if (plan.ApiKey is { } key)
        {
            headers.TryAddWithoutValidation(ResourceNames.AuthorizationHeader, $"Bearer {key}");
        }

        foreach (var (name, value) in plan.Headers)
        {
            // A name or value that cannot be a header is left out, rather than every batch be lost for it.
            if (!string.IsNullOrWhiteSpace(value) && IsPrintableAscii(name) && IsPrintableAscii(value) && !headers.NonValidated.Contains(name))
            {
                headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>Names the project, where a header can: one that is not ASCII is left to the resource attribute, which Phoenix reads next.</summary>
    public static void AddProject(string project, HttpRequestHeaders headers)
    {
        if (IsPrintableAscii(project))
        {
            headers.TryAddWithoutValidation(ResourceNames.ProjectHeader, project);
            headers.TryAddWithoutValidation(ResourceNames.OlderProjectHeader, project);
        }
    }

    /// <summary>Whether it can be the value of a header.</summary>
    public static bool IsPrintableAscii(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;
}
