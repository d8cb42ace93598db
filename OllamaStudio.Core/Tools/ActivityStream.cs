using System.Diagnostics;
using System.Runtime.CompilerServices;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>Reads a stream under a span.</summary>
internal static class ActivityStream
{
    /// <summary>
    /// Passes <paramref name="source"/> on, which works with <paramref name="span"/> as the current one, and gives the span
    /// its status. A reader that goes away leaves it unset; ending the span is the caller's part.
    /// </summary>
    public static async IAsyncEnumerable<T> Under<T>(this IAsyncEnumerable<T> source, Activity? span, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var items = source.GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                // The reader's context came back with "yield return".
                Activity.Current = span ?? Activity.Current;
                if (!await items.MoveNextAsync())
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
}
