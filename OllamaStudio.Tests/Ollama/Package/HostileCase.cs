using Microsoft.AspNetCore.Http;

namespace OllamaStudio.Tests.Ollama.Package;

/// <summary>One of the cases of the table, small enough to be put to two clients.</summary>
/// <param name="Number">Its row.</param>
/// <param name="Answer">What the server does.</param>
internal sealed record HostileCase(int Number, RequestDelegate Answer)
{
    /// <summary>What is asked.</summary>
    public Call Call { get; init; } = Call.Chat;

    /// <summary>Completed when the reader has cancelled, after the first chunk; null where it does not.</summary>
    public TaskCompletionSource? Cancelled { get; init; }

    /// <summary>Completed when the reader has the first chunk; null where nobody waits for that.</summary>
    public TaskCompletionSource? Seen { get; init; }

    /// <summary>Whether there is no server at all.</summary>
    public bool NobodyListens { get; init; }

    /// <summary>A chat answered with these lines.</summary>
    public static HostileCase Lines(int number, params string[] lines) => Raw(number, string.Concat(lines.Select(line => line + "\n")));

    /// <summary>A chat answered with this text.</summary>
    public static HostileCase Raw(int number, string text) => new(number, context => context.Response.WriteAsync(text));

    /// <summary>Anything answered with this status and text.</summary>
    public static HostileCase Status(int number, int status, string text, Call call = Call.Chat) => new(number, context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    })
    {
        Call = call,
    };

    /// <summary>A query answered with this JSON.</summary>
    public static HostileCase Query(int number, Call call, string json) => Status(number, 200, json, call);

    /// <summary>A chat answered with these lines, one byte at a time.</summary>
    public static HostileCase Drip(int number, params string[] lines) => new(number, async context =>
    {
        foreach (byte one in System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"))
        {
            await context.Response.Body.WriteAsync(new[] { one });
            await context.Response.Body.FlushAsync();
        }
    });
}

/// <summary>The calls that the cases are about.</summary>
internal enum Call
{
    Chat,
    WholeChat,
    Tags,
    Running,
    Show,
    Pull,
}
