using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Hosting;

/// <summary>Reading request bodies and writing whole (not streamed) answers.</summary>
internal static class WireAnswers
{
    public const string Json = "application/json; charset=utf-8";
    public const string Ndjson = "application/x-ndjson";

    /// <summary>Go's server states the length of a short answer and sends a longer one in chunks.</summary>
    private const int LongestWithLength = 2048;

    /// <summary>One JSON object, without a line end.</summary>
    public static Task WriteAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        WriteBytesAsync(context, JsonSerializer.SerializeToUtf8Bytes(answer, type), status);

    /// <summary>One JSON object that is serialized already.</summary>
    public static Task WriteBytesAsync(HttpContext context, byte[] bytes, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        context.Response.ContentLength = bytes.Length <= LongestWithLength ? bytes.Length : null;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    public static Task WriteTextAsync(HttpContext context, int status, string text, string contentType = "text/plain")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = text.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text, context.RequestAborted);
    }

    public static Task WriteErrorAsync(HttpContext context, WireException error) =>
        WriteAsync(context, new ErrorAnswer(error.Message), WireContext.Wire.ErrorAnswer, error.Status);

    /// <summary>The request's body; 400 where there is none, or where it cannot be read.</summary>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw WireException.BadRequest("invalid request: an object is expected");
        }
        catch (JsonException failure)
        {
            throw WireException.BadRequest(failure is { LineNumber: 0 or null, BytePositionInLine: 0 or null } && (context.Request.ContentLength ?? 0) == 0
                ? "missing request body"
                : $"invalid request: broken JSON or a wrong type at {failure.Path ?? "$"}");
        }
    }
}
