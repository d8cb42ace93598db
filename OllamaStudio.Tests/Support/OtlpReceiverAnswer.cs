using Microsoft.AspNetCore.Http;

namespace OllamaStudio.Tests.Support;

/// <summary>How an <see cref="OtlpReceiver"/> answers a well-formed request.</summary>
public sealed record OtlpReceiverAnswer
{
    /// <summary>Takes the spans, as Phoenix does.</summary>
    public static OtlpReceiverAnswer Ok { get; } = new();

    /// <summary>Never answers; the request ends when the sender or the receiver does.</summary>
    public static OtlpReceiverAnswer Hang { get; } = new() { Hangs = true };

    public int Status { get; init; } = StatusCodes.Status200OK;

    public byte[] Body { get; init; } = [];

    public string? ContentType { get; init; }

    /// <summary>Header <c>Retry-After</c>; null for none.</summary>
    public string? RetryAfter { get; init; }

    public bool Hangs { get; init; }

    /// <summary>The answer comes only after this completed.</summary>
    public Task After { get; init; } = Task.CompletedTask;

    /// <summary>200, but nothing is kept: Phoenix's 200 means decoded, not stored.</summary>
    public bool Forgets { get; init; }

    /// <summary>Whether it refuses requests that hold a span, and with which status; null for none.</summary>
    public Func<OtlpReceiverSpan, int?>? Refuses { get; init; }

    /// <summary>Refuses every request.</summary>
    public static OtlpReceiverAnswer Refuse(int status, string body = "", string contentType = "text/plain") =>
        new() { Status = status, Body = System.Text.Encoding.UTF8.GetBytes(body), ContentType = contentType };
}
