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
        WriteBytesAsync(context, JsonSerializer.SerializeToUtf8Bytes(answer, type), status, context.RequestAborted);

    /// <summary>One JSON object that is serialized already.</summary>
    public static Task WriteBytesAsync(HttpContext context, byte[] bytes, int status, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = Json;
        context.Response.ContentLength = bytes.Length <= LongestWithLength ? bytes.Length : null;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(bytes, cancellationToken).AsTask();
    }

    public static Task WriteErrorAsync(HttpContext context, WireException error) =>
        WriteAsync(context, new ErrorAnswer(error.Message), WireContext.Wire.ErrorAnswer, error.Status);

    /// <summary>The request's JSON; 400 where there is none or it cannot be read.</summary>
    public static async Task<Fields> ReadAsync(HttpContext context, string goType, CancellationToken cancellationToken)
    {
        try
        {
            var element = await JsonSerializer.DeserializeAsync(context.Request.Body, WireContext.Default.JsonElement, cancellationToken);
            return new Fields(element, goType, $"api.{goType}");
        }
        catch (JsonException failure)
        {
            throw failure is { LineNumber: 0 or null, BytePositionInLine: 0 or null } && (context.Request.ContentLength ?? 0) == 0
                ? WireException.BadRequest("missing request body")
                : WireException.BadRequest($"invalid request body: {failure.Message}");
        }
    }
}
