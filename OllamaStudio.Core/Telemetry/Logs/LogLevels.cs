using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace OllamaStudio.Core.Telemetry.Logs;

/// <summary>
/// The least level of what the studio logs of itself, changeable while it runs: a rule for its categories after those of the
/// configuration (<c>Logging:LogLevel</c>), which hold for all others. It depends on nothing that logs.
/// </summary>
public sealed class LogLevels : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
{
    private const string OwnCategories = "OllamaStudio";

    private ConfigurationReloadToken _changed = new();
    private volatile Rule _rule = new(null);

    /// <summary>The options without a name: those that logging reads.</summary>
    public string? Name => Options.DefaultName;

    /// <summary>The level; null to leave it to the configuration.</summary>
    public LogLevel? Own => _rule.Level;

    /// <summary>Sets the level, for loggers that are there already as well.</summary>
    public void Set(LogLevel? level)
    {
        if (_rule.Level != level)
        {
            _rule = new(level);
            Interlocked.Exchange(ref _changed, new()).OnReload();
        }
    }

    /// <inheritdoc />
    public IChangeToken GetChangeToken() => Volatile.Read(ref _changed);

    /// <inheritdoc />
    public void Configure(LoggerFilterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (_rule.Level is { } level)
        {
            options.MinLevel = level;
            options.Rules.Add(new LoggerFilterRule(providerName: null, OwnCategories, level, filter: null));
        }
    }

    private sealed record Rule(LogLevel? Level);
}
