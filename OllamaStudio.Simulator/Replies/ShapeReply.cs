using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Answers in a shape: a table, a list, a greeting, and what is said when nothing else fits.</summary>
internal static class ShapeReply
{
    /// <summary>The head of a table of which <see cref="Rows"/> has the rest.</summary>
    public const string TableHead = "| Request | Model | First token | Tokens out | Route |\n|---:|:---|---:|---:|:---|\n";

    /// <summary>Words of a question that ask for a list.</summary>
    public static ImmutableArray<string> ListAskedBy { get; } = ["list", "bullet", "bullets"];

    /// <summary>Items of a numbered list, without end.</summary>
    public static IEnumerable<string> Items() =>
        Enumerable.Range(0, int.MaxValue).Select(static index =>
        {
            var (heading, body) = LongText.Sections[index % LongText.Sections.Length];
            return string.Create(CultureInfo.InvariantCulture, $"{index + 1}. **{heading}.** {body.Split("\n\n")[0]}\n");
        });

    /// <summary>Rows of a table, without end.</summary>
    public static IEnumerable<string> Rows() =>
        Enumerable.Range(1, int.MaxValue).Select(static number => string.Create(
            CultureInfo.InvariantCulture, $"| {number:N0} | demo-{(number % 3 == 0 ? "thinking" : "small")} | {0.2 + (number * 37 % 90 / 100d):0.00} s | {40 + (number * 61 % 700)} | `/api/{(number % 4 == 0 ? "generate" : "chat")}` |\n"));

    public static string Table(Conversation conversation) =>
        $"""
        {Opening(conversation)} a table of sorting algorithms. *n* is the number of items.

        | Algorithm | Worst case | Stable | Extra memory | Good for |
        |:---|---:|:---|---:|:---|
        | Insertion sort | n² | yes | 1 | a few items, or nearly sorted ones |
        | Selection sort | n² | no | 1 | few writes |
        | Merge sort | n log n | yes | n | linked lists, files larger than memory |
        | Quicksort | n² (on average n log n) | no | log n | arrays in memory |
        | Heapsort | n log n | no | 1 | a bound on time and memory alike |
        | Timsort | n log n | yes | n | real data with sorted runs in it |
        | Radix sort | n × digits | yes | n | whole numbers and short keys |
        """;

    public static string List(Conversation conversation) =>
        $"""
        {Opening(conversation)} a list of things to try, the most fun first.

        1. **Watch a trace grow.** Ask for something `long` and look at the live spans.
           - The outer bar is the whole turn.
           - The inner ones are the call, the wait for the first byte, and the stream.
        2. **Press Stop** in the middle. The text stays, and the span says `cancelled`, not `error`.
        3. **Set the sampling ratio to 0** and send another message: the panel still shows it, an exporter gets nothing.
        4. **Switch capture off.** The spans keep their lengths and counts and lose their text.
        5. **Change the model.**
           - `demo-thinking` thinks first.
           - `demo-tools` calls a tool for *What is 5 + 3?*
           - `demo-faults` fails on request.
        6. **Reload the page** while an answer is being written. It goes on.
        """;

    public static string Greeting(Conversation conversation) =>
        $"""
        {Pick(conversation, "Hello!", "Good to see you.", "Hi there.")} You are talking to **{conversation.Model.Name.Name}**, the built-in demo of OllamaStudio. I am not a language model: I answer from a small stock of texts, so that you can look around before Ollama is installed.

        Ask *what can you do?* for a tour, or write `long`, `code`, `table` or `list` to see how an answer of that kind looks, here and in the live spans on the right.
        """;

    /// <summary>For everything that no topic fits: says so, and is a sample of Markdown all the same.</summary>
    public static string Default(Conversation conversation) =>
        $"""
        You wrote {Quote.Of(conversation.Question)}. {Pick(
            conversation,
            "A language model would have an opinion on that.",
            "A real model would answer that now.",
            "That deserves a model that knows something.")} I am the built-in demo of OllamaStudio and have only my own small stock of texts, but everything around this answer is real: the request, the stream, the numbers below, and the spans on the right.

        ## What just happened

        1. The studio sent {(conversation.Turns.Length == 1 ? "one message" : $"{conversation.Turns.Length} messages, the history among them,")} to this demo server, in Ollama's own protocol.
        2. The server pretended to load a model, read the prompt, and began to write.
        3. Each of those steps became a **span**. Click one to see what it recorded.

        ## What to try next

        Write `long`, `code`, `table` or `list` to see other kinds of answers, or `what can you do?` for a tour.

        > To get real answers, start Ollama and switch to it: ask me *how do I install a real model?*
        """;

    private static string Opening(Conversation conversation) => Pick(conversation, "Here is", "As requested,", "You asked for one:");

    private static string Pick(Conversation conversation, params ReadOnlySpan<string> choices) => choices[conversation.Chance().Next(choices.Length)];
}
