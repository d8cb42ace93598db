using System.Text;
using Microsoft.Playwright;

namespace OllamaStudio.Benchmarks.InTheBrowser;

/// <summary>Counts the frames of a page's web sockets, in both directions, and the bytes that they carry.</summary>
internal sealed class Traffic
{
    private long _frames;
    private long _bytes;

    /// <summary>Counts from now on.</summary>
    public Traffic(IPage page) => page.WebSocket += (_, socket) =>
    {
        socket.FrameReceived += (_, frame) => Count(frame);
        socket.FrameSent += (_, frame) => Count(frame);
    };

    /// <summary>Frames since the last <see cref="Reset"/>.</summary>
    public long Frames => Interlocked.Read(ref _frames);

    /// <summary>Bytes that they carried.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        Interlocked.Exchange(ref _frames, 0);
        Interlocked.Exchange(ref _bytes, 0);
    }

    private void Count(IWebSocketFrame frame)
    {
        Interlocked.Increment(ref _frames);
        Interlocked.Add(ref _bytes, frame.Binary?.Length ?? Encoding.UTF8.GetByteCount(frame.Text ?? ""));
    }
}
