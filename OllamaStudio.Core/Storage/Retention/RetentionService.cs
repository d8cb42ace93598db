using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Storage.Retention;

/// <summary>
/// Deletes what is beyond its bounds, a little at a time between the writes of others, and gives the space back: a minute after the
/// start, then every ten minutes, and when a bound is changed.
/// </summary>
internal sealed partial class RetentionService(StoreWriter writer, IEnumerable<IRetention> retained, ISettings settings, TimeProvider time, ILogger<RetentionService> logger) : BackgroundService
{
    /// <summary>From the start to the first look.</summary>
    public static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(1);

    /// <summary>From one look to the next.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    // 4 MB: given back in a few milliseconds.
    private const int PagesAtOnce = 1_000;

    /// <summary>Deletes all that is beyond its bounds now. What fails is logged, and left for the next time.</summary>
    internal async Task TrimAsync(CancellationToken cancellationToken)
    {
        var hasDeleted = false;
        foreach (var part in retained)
        {
            try
            {
                while (await TrimALittleAsync(part).WaitAsync(cancellationToken))
                {
                    hasDeleted = true;
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                LogNotTrimmed(logger, part.GetType(), problem.GetType()); // the others go on
            }
        }

        if (hasDeleted)
        {
            while (await GiveBackALittleAsync().WaitAsync(cancellationToken))
            {
            }

            await writer.CheckpointAsync().WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = new AsyncResetEvent();
        var bounds = settings.Current.Storage;
        settings.Changed += OnSettingsChanged;
        await using var timer = time.CreateTimer(_ => wake.Set(), null, FirstAfter, Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                await wake.WaitAsync(stoppingToken);
                wake.Reset();
                try
                {
                    await TrimAsync(stoppingToken);
                }
                catch (Exception problem) when (problem is not OperationCanceledException)
                {
                    LogFailed(logger, problem.GetType()); // the writer has logged it
                }

                timer.Change(Every, Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException)
        {
            // The studio ends; what is left goes the next time.
        }
        finally
        {
            settings.Changed -= OnSettingsChanged;
        }

        void OnSettingsChanged()
        {
            if (settings.Current.Storage is var next && next != bounds)
            {
                bounds = next;
                wake.Set();
            }
        }
    }

    private async Task<bool> TrimALittleAsync(IRetention part)
    {
        var more = false;
        await writer.WriteAsync(connection => more = part.Trim(connection, settings.Current.Storage, time.GetUtcNow()), bytes: 0);
        return more;
    }

    private async Task<bool> GiveBackALittleAsync()
    {
        var more = false;
        await writer.MaintainAsync(connection =>
        {
            connection.Execute(FormattableString.Invariant($"PRAGMA incremental_vacuum({PagesAtOnce})"));
            more = connection.ExecuteScalar<int>("PRAGMA freelist_count") > 0;
        });
        return more;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Part} could not delete what is beyond its bounds: {ErrorType}; it is tried again in some minutes")]
    private static partial void LogNotTrimmed(ILogger logger, Type part, Type errorType);

    [LoggerMessage(Level = LogLevel.Error, Message = "The space of what was deleted could not be given back: {ErrorType}; it is tried again in some minutes")]
    private static partial void LogFailed(ILogger logger, Type errorType);
}
