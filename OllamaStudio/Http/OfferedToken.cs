using Microsoft.AspNetCore.Http.Features;

namespace OllamaStudio.Http;

/// <summary>What stood in the address as <c>?token=…</c>, right or wrong; empty where a page tries once more (see <see cref="AccessGuard"/>).</summary>
internal sealed record OfferedToken(string Value)
{
    /// <summary>The query's parameter.</summary>
    public const string Parameter = "token";

    /// <summary>
    /// Takes it out of the request, every time it stands there; the rest of the query stays as it was written. Returns the
    /// first that is not empty, else an empty one, or null where there is none.
    /// </summary>
    public static OfferedToken? TakeFrom(IHttpRequestFeature request)
    {
        if (request.QueryString.Length == 0)
        {
            return null;
        }

        string? first = null;
        var rest = new List<string>();
        foreach (var part in request.QueryString[1..].Split('&'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (Decode(equals < 0 ? part : part[..equals]).Equals(Parameter, StringComparison.OrdinalIgnoreCase))
            {
                var value = equals < 0 ? "" : Decode(part[(equals + 1)..]);
                first = string.IsNullOrEmpty(first) ? value : first;
            }
            else
            {
                rest.Add(part);
            }
        }

        if (first is null)
        {
            return null;
        }

        request.QueryString = rest.Count == 0 ? "" : "?" + string.Join('&', rest);
        var question = request.RawTarget.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            request.RawTarget = request.RawTarget[..question] + request.QueryString;
        }

        return new(first);
    }

    /// <inheritdoc />
    public override string ToString() => "(offered token)";

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>
/// Takes the token out of a request before anything else sees its address: the framework logs it, puts it into scopes and
/// hands it to listeners before the first middleware runs, but after the context is made.
/// </summary>
internal sealed class OfferedTokenContextFactory(IServiceProvider services) : IHttpContextFactory
{
    private readonly DefaultHttpContextFactory _inner = new(services);

    public HttpContext Create(IFeatureCollection featureCollection)
    {
        if (featureCollection.Get<IHttpRequestFeature>() is { } request && OfferedToken.TakeFrom(request) is { } offered)
        {
            featureCollection.Set(offered);
        }

        return _inner.Create(featureCollection);
    }

    public void Dispose(HttpContext httpContext) => _inner.Dispose(httpContext);
}
