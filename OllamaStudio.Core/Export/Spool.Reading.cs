using System.Buffers.Binary;
using System.Text.Json;

namespace OllamaStudio.Core.Export;

/// <content>How what an earlier run left is found.</content>
internal sealed partial class Spool
{
    /// <summary>The files that an earlier run left, the oldest first. Takes a moment, whatever they hold.</summary>
    public IReadOnlyList<string> List()
    {
        try
        {
            return Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Problem = Words(problem);
            return [];
        }
    }

    /// <summary>Reads what those files say; the bodies stay on disk. One that is broken is set aside.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="unread">Those of them that cannot be read for now, because somebody else holds them, say: they may be read later.</param>
    public IReadOnlyList<UnsentRequest> Read(IReadOnlyList<string> paths, out IReadOnlyList<string> unread)
    {
        List<UnsentRequest> found = [];
        List<string> later = [];
        unread = later;
        foreach (var path in paths)
        {
            switch (Path.GetExtension(path))
            {
                case Waiting or Accepted:
                    if (ReadHeader(path, out var isHeld) is { } request)
                    {
                        Count(request.File!);
                        found.Add(request);
                    }
                    else if (isHeld)
                    {
                        later.Add(path);
                    }

                    break;
                case Temporary:
                    TryDelete(path); // never finished: the process ended before it could send it
                    break;
                default:
                    break;
            }
        }

        return found;
    }

    // It is not there, or there is less of it than it says.
    private static bool IsLoss(Exception problem) => problem is FileNotFoundException or DirectoryNotFoundException or EndOfStreamException;

    private UnsentRequest? ReadHeader(string path, out bool isHeld)
    {
        isHeld = false;
        try
        {
            using var stream = File.OpenRead(path);
            if (ReadHeader(stream) is { } header && header.BodyBytes == stream.Length - stream.Position && Uri.TryCreate(header.Endpoint, UriKind.Absolute, out var endpoint))
            {
                // A date in the future is of a clock that was set back since.
                var (now, written) = (_time.GetUtcNow(), header.Written);
                var file = new SpoolFile(Path.Combine(Folder, Path.GetFileNameWithoutExtension(path)), stream.Length, written > now ? now : written, Path.GetExtension(path) == Accepted);
                return new UnsentRequest(endpoint, null, header.Encoding, header.Project, [.. header.Spans.Select(static span => (span[..32], span[33..]))]) { File = file, Resends = header.Resends };
            }
        }
        catch (Exception problem) when (IsLoss(problem))
        {
            // Set aside, where it is still there.
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            isHeld = true;
            Problem = $"{path} cannot be read: {problem.Message} Its spans wait there, and it is tried again.";
            return null;
        }

        SetFileAside(path);
        return null;
    }

    private static SpoolHeader? ReadHeader(FileStream stream)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith("OSS1"u8)
            || BinaryPrimitives.ReadInt32LittleEndian(start[4..]) is var length && (length <= 0 || length > Math.Min(MaxHeaderBytes, stream.Length)))
        {
            return null;
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        try
        {
            return JsonSerializer.Deserialize(header, SpoolJson.Default.SpoolHeader) is { Spans.Count: > 0 } read && read.Spans.All(static span => span is { Length: 49 }) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void SetFileAside(string path)
    {
        Interlocked.Increment(ref _setAside);
        try
        {
            if (Directory.EnumerateFiles(Folder, "*" + Broken).Count() < MaxBroken)
            {
                File.Move(path, Path.ChangeExtension(path, Broken), overwrite: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Problem = Words(problem);
        }
    }
}
