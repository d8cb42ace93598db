namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>What is seen of a reply that is being written, in the page and beside it.</summary>
internal static class PaintWatch
{
    // A frame counts once, however often its text changed before it; what changes in other messages is work for nothing.
    private const string Observe =
        """
        () => {
          const seen = window.seen = { frames: 0, paints: 0, others: 0 };
          let changed = false;
          new MutationObserver((records) => {
            for (const { target } of records) {
              const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
              const message = element?.closest('[data-testid="message"]');
              if (message?.dataset.state === 'streaming') changed ||= !!element.closest('.markdown');
              else if (message) seen.others++;
            }
          }).observe(document.querySelector('.transcript'), { subtree: true, childList: true, characterData: true });
          const frame = () => {
            seen.frames++;
            if (changed) seen.paints++;
            changed = false;
            requestAnimationFrame(frame);
          };
          requestAnimationFrame(frame);
        }
        """;

    /// <summary>Watches for that long.</summary>
    public static async Task<Seen> SeeAsync(StudioInABrowser opened, TimeSpan length)
    {
        await opened.Page.EvaluateAsync(Observe);
        opened.Traffic.Reset();
        var before = opened.Studio.ProcessorTime;
        await Task.Delay(length);
        var share = (opened.Studio.ProcessorTime - before) / length;
        var bytes = opened.Traffic.Bytes / length.TotalSeconds;
        var counts = await opened.Page.EvaluateAsync<Counts>("() => window.seen");
        return new Seen(counts.Paints / length.TotalSeconds, counts.Frames / length.TotalSeconds, counts.Others, share, bytes);
    }

    private sealed record Counts
    {
        public int Frames { get; init; }

        public int Paints { get; init; }

        public int Others { get; init; }
    }
}

/// <summary>What was seen.</summary>
/// <param name="Paints">Frames a second before which the reply's text changed.</param>
/// <param name="Frames">Frames of the page a second.</param>
/// <param name="Others">Changes in other messages.</param>
/// <param name="Processor">Processor time of the studio, in cores.</param>
/// <param name="Bytes">Bytes a second on the page's web sockets.</param>
internal sealed record Seen(double Paints, double Frames, int Others, double Processor, double Bytes);
