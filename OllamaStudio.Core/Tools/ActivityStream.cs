using System.Diagnostics;
using System.Runtime.CompilerServices;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>Reads streams under spans.</summary>
internal static class ActivityStream
{
    /// <summary>
    /// Passes on what <paramref name="next"/> gives, one stream after the other until it gives none, each under a span of its own: the stream works
    /// with that as the current one, and it ends with the stream and with a status, also where its reader goes away. All in one iterator, for every
    /// one that a piece goes through costs it a step.
    /// </summary>
    /// <param name="start">Starts the next span, below what is the current one when this is first read; null where nobody listens.</param>
    /// <param name="next">Gives the next stream; null for no more.</param>
    /// <param name="cancellationToken">Stops the streams.</param>
    public static async IAsyncEnumerable<T> Under<T>(Func<Activity?> start, Func<IAsyncEnumerable<T>?> next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var above = Activity.Current;
        while (next() is { } source)
        {
            Activity.Current = above;
            using var span = start();
            await using var items = source.GetAsyncEnumerator(cancellationToken);
            var current = new CurrentActivity<T>();
            try
            {
                while (true)
                {
                    try
                    {
                        if (!await current.MoveNextAsync(span, items))
                        {
                            break;
                        }
                    }
                    catch (Exception error)
                    {
                        span.Break(error, cancellationToken);
                        throw;
                    }

                    yield return items.Current;
                }

                span.Succeed();
            }
            finally
            {
                if (span?.Status is ActivityStatusCode.Unset)
                {
                    span.Abandon();
                }
            }
        }
    }
}
