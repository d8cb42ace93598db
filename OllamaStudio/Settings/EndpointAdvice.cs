namespace OllamaStudio.Settings;

/// <summary>What is allowed as an endpoint, but hardly meant or not the whole address: said beside the field, with the address that will do.</summary>
/// <param name="Message">What is odd, in a sentence.</param>
/// <param name="Suggestion">The address that was probably meant.</param>
public sealed record EndpointAdvice(string Message, string Suggestion)
{
    private const string TracesPath = "/v1/traces";

    /// <summary>Advice on that address; null where it looks right, or is none yet.</summary>
    /// <param name="endpoint">What is typed.</param>
    /// <param name="isGrpc">Whether it is spoken to by gRPC: then host and port are all that counts.</param>
    public static EndpointAdvice? For(string endpoint, bool isGrpc = false)
    {
        if (isGrpc || !Uri.TryCreate(endpoint?.Trim(), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return null;
        }

        var path = address.AbsolutePath.TrimEnd('/');
        if (address.Port == 4317)
        {
            // 4317 is registered for OTLP over gRPC, 4318 for OTLP over HTTP (OTLP specification).
            return new(
                "Port 4317 usually takes gRPC: set Protocol to gRPC, or send over HTTP, which is usually port 4318.",
                new UriBuilder(address) { Port = 4318, Path = path.Length == 0 ? TracesPath : path }.Uri.AbsoluteUri);
        }

        return path.Length == 0
            ? new("Traces go to /v1/traces below it.", new UriBuilder(address) { Path = TracesPath }.Uri.AbsoluteUri)
            : null;
    }
}
