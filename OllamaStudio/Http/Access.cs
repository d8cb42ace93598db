using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.HostFiltering;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Http;

/// <summary>Puts the access token in front of the studio.</summary>
public static class Access
{
    // These quote the address of a request that they cannot read, token and all, from Debug on: no context is made for it.
    private static readonly string[] s_quoting =
        ["Microsoft.AspNetCore.Server.Kestrel.BadRequests", "Microsoft.AspNetCore.Server.Kestrel.Http2", "Microsoft.AspNetCore.Server.Kestrel.Http3"];

    /// <summary>Adds what the guard needs, the lines that say where to open the studio, and keeps the token out of the log.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, AccessSettings access, DataFolder folder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(folder);

        // Cookies ignore ports: two studios on one machine would find each other's, and have no key for it.
        var studio = SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}:{folder.Path}"));
        services.AddAntiforgery(options => options.Cookie.Name = $"studio-forms-{Convert.ToHexString(studio)[..8]}");

        // An address of digits that it is told to listen on is one that it answers to. A name can be made to lead here by
        // another site (DNS rebinding), digits cannot.
        var literals = ListenAddresses.FindLiterals(configuration).ToList();
        services.PostConfigure<HostFilteringOptions>(options => options.AllowedHosts = [.. options.AllowedHosts, .. literals]);

        services.AddSingleton(access);
        services.AddSingleton<IHttpContextFactory, OfferedTokenContextFactory>();
        services.AddHostedService<AddressLines>();

        // After the configuration's own rules, and for each provider that has rules: those would win otherwise.
        services.PostConfigure<LoggerFilterOptions>(options =>
        {
            var providers = options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
            foreach (var rule in from provider in providers from category in s_quoting select new LoggerFilterRule(provider, category, LogLevel.Information, filter: null))
            {
                options.Rules.Add(rule);
            }
        });
        return services;
    }

    /// <summary>Asks for the token from here on; after <see cref="LocalGuard"/>, before anything that answers.</summary>
    public static IApplicationBuilder UseAccessGuard(this IApplicationBuilder app) => app.UseMiddleware<AccessGuard>();
}
