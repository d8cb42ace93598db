using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using OllamaStudio.Shared;

namespace OllamaStudio.Http;

/// <summary>
/// Lets requests through that bring the access token: as <c>Authorization: Bearer</c>, as the cookie, or in the address of
/// a page, which is exchanged for the cookie. All others are answered 401.
/// </summary>
/// <remarks>
/// The cookie is strict, so that no other site's page can act in a person's name. It is then not sent either when a person
/// follows a link from another site (a trace in Phoenix) to the studio. The page of the 401 therefore goes to its own address
/// once more: then the studio itself is where the request comes from. An empty token in that address marks the second try.
/// </remarks>
internal sealed class AccessGuard(RequestDelegate next, AccessSettings access)
{
    // Long enough for a browser that opens the studio now and then; counted anew from every page.
    private static readonly TimeSpan s_cookieLifetime = TimeSpan.FromDays(30);

    // What watches the studio needs no secret, and the page of the 401 has to look like something. Nothing private is in them.
    private static readonly FrozenSet<string> s_open = FrozenSet.Create(
        StringComparer.Ordinal, Health.LivePath, Health.ReadyPath, "/css/base.css", "/css/access.css", "/favicon.svg");

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (access.Token is null && context.Connection.LocalIpAddress is { } local && !IPAddress.IsLoopback(local))
        {
            // Refused at start already, as far as configuration tells; it can change while the studio runs.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("Without a token the studio answers on loopback only.", context.RequestAborted);
        }

        if (s_open.Contains(request.Path))
        {
            return next(context);
        }

        var offered = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? context.Features.Get<OfferedToken>() : null;
        if (access.Token is not { } token || token.Matches(BearerOf(request)))
        {
            return offered is null ? next(context) : RedirectWithout(context);
        }

        if (token.MatchesCookie(request.Cookies[CookieName(request)]))
        {
            if (WantsPage(request) && context.Features.Get<IStatusCodeReExecuteFeature>() is null)
            {
                SetCookie(context, token);
            }

            return offered is null ? next(context) : RedirectWithout(context);
        }

        if (token.Matches(offered?.Value))
        {
            SetCookie(context, token);
            return RedirectWithout(context);
        }

        return RefuseAsync(context, offered);
    }

    // Cookies belong to a host name, whatever the port: two studios on one machine must not overwrite each other's. The port
    // is the one that the browser sees: behind a tunnel or a container's mapping ours is another.
    private static string CookieName(HttpRequest request) => string.Create(CultureInfo.InvariantCulture, $"studio-{request.Host.Port ?? (request.IsHttps ? 443 : 80)}");

    private static string? BearerOf(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0]!.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[0]![Scheme.Length..].Trim() : null;
    }

    private static bool WantsPage(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static void SetCookie(HttpContext context, AccessToken token) => context.Response.Cookies.Append(CookieName(context.Request), token.CookieValue, new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", MaxAge = s_cookieLifetime, IsEssential = true,
    });

    private static Task RedirectWithout(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(AddressOf(context.Request) + context.Request.QueryString);
        return Task.CompletedTask;
    }

    // Never with two slashes in front: a browser takes what follows them for another host.
    private static string AddressOf(HttpRequest request) => "/" + (request.PathBase + request.Path).ToUriComponent().TrimStart('/');

    private static Task RefuseAsync(HttpContext context, OfferedToken? offered)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.CacheControl = "no-store";
        headers.WWWAuthenticate = "Bearer";
        if (!WantsPage(request))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status401Unauthorized,
                detail: $"Send the studio's access token as \"Authorization: Bearer …\": it stands in the address that the studio prints when it starts, or is the one set by {AccessSettings.Variable}.")
                .ExecuteAsync(context);
        }

        var canTryAgain = offered is not { Value: "" } && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
        return new RazorComponentResult<AccessPage>(new Dictionary<string, object?>
        {
            [nameof(AccessPage.Theme)] = Themes.FromCookie(request.Cookies[Themes.CookieName]),
            [nameof(AccessPage.Origin)] = $"{request.Scheme}://{request.Host}",
            [nameof(AccessPage.SecondTry)] = canTryAgain ? AddressOf(request) + request.QueryString.Add(OfferedToken.Parameter, "") : null,
        })
        { StatusCode = StatusCodes.Status401Unauthorized }.ExecuteAsync(context);
    }
}
