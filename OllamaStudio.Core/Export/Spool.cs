using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>
/// The requests of one destination on disk, a file each, so that they outlive the process: written before they are sent, under
/// another name first and then renamed. What cannot be written stays in memory, and the next one is tried again. Bounds are kept by
/// whoever decides what to give up. Safe to use from any thread; never for the thread that ends a span.
/// </summary>
/// <remarks>
/// <c>OpenTelemetry.PersistentStorage.FileSystem</c> 1.1.3 is not up to it: when it is full it refuses the newest and keeps the oldest,
/// what it deletes by age it tells nobody, so no books balance, it reads the system's clock on a timer of its own, and it leaves
/// the mode of its files to the umask. A file: "OSS1", length of the header (int32, little-endian), header (JSON), body.
/// </remarks>
internal sealed partial class Spool
{
    /// <summary>Most files, the accepted ones among them: each takes some hundred bytes of memory, and as much for each of its spans.</summary>
    public const int MaxFiles = 10_000;

    /// <summary>How long a request may wait on disk. Receivers commonly refuse, or drop, spans that are older than a few days.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(3);

    /// <summary>Holds the spools of all destinations, in the data folder.</summary>
    public const string FolderName = "spool";

    private const string Waiting = ".otlp";
    private const string Accepted = ".accepted";
    private const string Temporary = ".tmp";
    private const string Broken = ".broken";

    // A header beyond this is none of ours: the ids of a million spans.
    private const int MaxHeaderBytes = 64 * 1024 * 1024;

    // Kept for a person to look at; those beyond are deleted.
    private const int MaxBroken = 16;

    private readonly DataFolder _data;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, long> _files = new(StringComparer.Ordinal);
    private int _sequence;
    private long _bytes;
    private int _setAside;

    /// <summary>Makes no folder yet.</summary>
    /// <param name="data">The data folder; the spool is within.</param>
    /// <param name="id">The destination's <see cref="DestinationSettings.Id"/>.</param>
    /// <param name="time">The clock.</param>
    public Spool(DataFolder data, string id, TimeProvider time)
    {
        if (id.Length == 0 || !id.All(DestinationSettings.IsOfId))
        {
            throw new ArgumentException("An id of a destination has only letters, digits, - and _.", nameof(id));
        }

        (_data, _name, _time) = (data, Path.Combine(FolderName, id), time);
    }

    /// <summary>The folder.</summary>
    public string Folder => _data.Combine(_name);

    /// <summary>Files in it that are requests.</summary>
    public int Files => _files.Count;

    /// <summary>Their bytes.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Files that could not be read and were set aside.</summary>
    public int SetAside => Volatile.Read(ref _setAside);

    /// <summary>Why the last request could not be written, in a sentence; null where it could.</summary>
    public string? Problem { get; private set; }

    /// <summary>Writes a request. Where that fails it is given back as it is, in memory, and <see cref="Problem"/> says why.</summary>
    public UnsentRequest Store(UnsentRequest request) =>
        request.File is not null || request.Body is not { } body ? request : TryWrite(request, body) ?? request;

    /// <summary>Writes a request whose body is in a buffer that is somebody else's. Where that fails it is given back with a copy of it, and <see cref="Problem"/> says why.</summary>
    public UnsentRequest Store(UnsentRequest request, ReadOnlySpan<byte> body) => TryWrite(request, body) ?? request with { Body = body.ToArray() };

    private UnsentRequest? TryWrite(UnsentRequest request, ReadOnlySpan<byte> body)
    {
        // One that is there already keeps its name and its age.
        var now = request.File?.Written ?? _time.GetUtcNow();
        var path = request.File?.Path ?? Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{now.UtcTicks:x16}-{Interlocked.Increment(ref _sequence):x8}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}"));
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new SpoolHeader(request.Endpoint.AbsoluteUri, request.Encoding, request.Project, now, body.Length, [.. request.Spans.Select(static span => $"{span.TraceId}-{span.SpanId}")], request.Resends),
            SpoolJson.Default.SpoolHeader);
        Span<byte> start = stackalloc byte[8];
        "OSS1"u8.CopyTo(start);
        BinaryPrimitives.WriteInt32LittleEndian(start[4..], header.Length);
        try
        {
            _data.CreateWithin(_name);
            using (var file = DataFolder.OpenPrivate(path + Temporary, request.File is null ? FileMode.CreateNew : FileMode.Create, FileAccess.Write))
            {
                file.Write(start);
                file.Write(header);
                file.Write(body);
            }

            File.Move(path + Temporary, path + Waiting, overwrite: request.File is not null);
            Problem = null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            TryDelete(path + Temporary);
            Problem = Words(problem);
            return null;
        }

        var stored = new SpoolFile(path, start.Length + header.Length + body.Length, now);
        Uncount(path);
        Count(stored);
        return request with { Body = null, File = stored };
    }

    /// <summary>
    /// Notes on disk that a request which the endpoint had accepted is to go again, how often it did, and which of its spans count. Where that cannot
    /// be written it is as it was, but for being no longer accepted.
    /// </summary>
    public UnsentRequest StoreAgain(UnsentRequest request)
    {
        Mark(request, isAccepted: false);
        return !request.IsUnstored && Load(request, out _) is { Body: { } body } ? TryWrite(request, body) ?? request : request;
    }

    /// <summary>The request with its body; null where its file is gone, or not whole any more, or cannot be read for now.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isLost">Whether it will never be there again: the file is gone or not whole. One that somebody else holds, or that may not be read, may be read later.</param>
    public static UnsentRequest? Load(UnsentRequest request, out bool isLost)
    {
        isLost = false;
        if (request.File is not { } file)
        {
            return request;
        }

        foreach (var extension in (ReadOnlySpan<string>)[Waiting, Accepted])
        {
            try
            {
                using var stream = File.OpenRead(file.Path + extension);
                if (ReadHeader(stream) is { } header && header.BodyBytes == stream.Length - stream.Position)
                {
                    var body = new byte[header.BodyBytes];
                    stream.ReadExactly(body);
                    return request with { Body = body };
                }

                isLost = true;
                return null;
            }
            catch (Exception problem) when (IsLoss(problem))
            {
                // Under the other name, or gone; or cut short.
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        isLost = true;
        return null;
    }

    /// <summary>Deletes the request's file, where it has one.</summary>
    public void Delete(UnsentRequest request)
    {
        if (request.File is { } file && Uncount(file.Path))
        {
            TryDelete(file.Path + Waiting);
            TryDelete(file.Path + Accepted);
        }
    }

    /// <summary>Notes on disk whether the endpoint accepted the request.</summary>
    public static void Mark(UnsentRequest request, bool isAccepted)
    {
        if (request.File is { } file)
        {
            try
            {
                File.Move(file.Path + (isAccepted ? Waiting : Accepted), file.Path + (isAccepted ? Accepted : Waiting), overwrite: true);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // It is sent once more after a restart, which does no harm.
            }
        }
    }

    private void Count(SpoolFile file)
    {
        _files[file.Path] = file.Bytes;
        Interlocked.Add(ref _bytes, file.Bytes);
    }

    private bool Uncount(string path)
    {
        if (!_files.TryRemove(path, out var bytes))
        {
            return false;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return true;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Sent once more after a restart, or found broken then.
        }
    }

    private string Words(Exception problem) => $"Unsent spans cannot be written to {Folder}: {problem.Message} They wait in memory, and end with the studio.";
}
