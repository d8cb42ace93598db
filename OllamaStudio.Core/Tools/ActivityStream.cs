using System.Diagnostics;
using System.Runtime.CompilerServices;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>Reads a stream under a span.</summary>
internal static class ActivityStream
{
    /// <summary>
    /// Passes <paramref name="source"/> on, which works with <paramref name="span"/> as the current one, and gives the span
    /// its status, also where its reader goes away. Ending the span is the caller's part.
    /// </summary>
    public static async IAsyncEnumerable<T> Under<T>(this IAsyncEnumerable<T> source, Activity? span, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
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
