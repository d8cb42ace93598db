using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Ollama.Golden;

/// <summary>Requests that between them hold everything that a chat sends.</summary>
internal static class RequestCases
{
    private static readonly AITool Add = AIFunctionFactory.Create(AddUp, "add");
    private static readonly byte[] Image = [0x89, 0x50, 0x4E, 0x47, 0xFF, 0xFE, 0x00];

    /// <summary>Each with a name of its own.</summary>
    public static (string Name, Func<OllamaChatClient, Task> Send)[] All { get; } =
    [
        ("plain", chat => Stream(chat, Ask("Why is the sky blue?"))),
        ("not streamed", chat => chat.GetResponseAsync(Ask("Why is the sky blue?"))),
        ("system prompt and instructions", chat => Stream(chat, [new(ChatRole.System, "Be brief."), .. Ask("Hi")], new() { Instructions = "Be kind." })),
        ("escaping", chat => Stream(chat, Ask("\"Grüße\" <b>&amp;</b> 'a'+b \\ / \t\r\n \u0001\u007f\u00a0\u2028 🦙 日本"))),
        ("half a character", chat => Stream(chat, Ask("cut \ud83e and \udd99"))),
        ("empty text", chat => Stream(chat, Ask(""))),
        ("text in several parts", chat => Stream(chat, [new(ChatRole.User, [new TextContent("one, "), new TextContent(""), new TextContent("two")])])),
        ("images", chat => Stream(chat, [new(ChatRole.User, [new TextContent("What is this?"), new DataContent(Image, "image/png"), new DataContent(Image.AsMemory(0, 1), "image/jpeg")])])),
        ("history with thinking and calls", chat => Stream(chat, History())),
        ("results of every type", chat => Stream(chat, Results())),
        ("a reply stopped before its first word", chat => Stream(chat, [.. Ask("a"), new(ChatRole.Assistant, ""), new(ChatRole.Assistant, [new ErrorContent("failed")]), .. Ask("b")])),
        ("arguments of every type", chat => Stream(chat, [.. Ask("a"), new(ChatRole.Assistant, [new FunctionCallContent("c1", "f", Arguments())]), new(ChatRole.Tool, [new FunctionResultContent("c1", "")])])),
        ("keep_alive number", chat => With(chat, "keep_alive", 300)),
        ("keep_alive duration", chat => With(chat, "keep_alive", "1h30m")),
        ("keep_alive negative", chat => With(chat, "keep_alive", -1)),
        ("keep_alive zero", chat => With(chat, "keep_alive", "0")),
        ("keep_alive fraction", chat => With(chat, "keep_alive", TimeSpan.FromMilliseconds(1500))),
        ("think on", chat => With(chat, "think", true)),
        ("think off", chat => Stream(chat, Ask("a"), new() { Reasoning = new() { Effort = ReasoningEffort.None } })),
        ("think level", chat => Stream(chat, Ask("a"), new() { Reasoning = new() { Effort = ReasoningEffort.Medium } })),
        ("think max", chat => Stream(chat, Ask("a"), new() { Reasoning = new() { Effort = ReasoningEffort.ExtraHigh } })),
        ("tools", chat => Stream(chat, Ask("a"), new() { Tools = [Add, Declare("any", """{"type":"object"}"""), new HostedWebSearchTool()] })),
        ("boolean sub-schemas", chat => Stream(chat, Ask("a"), new() { Tools = [Declare("f", """{"type":"object","properties":{"x":true,"y":false,"z":{"type":"array","items":true}},"additionalProperties":false,"required":["x"]}""")] })),
        ("one tool required", chat => Stream(chat, Ask("a"), new() { Tools = [Add, Declare("other", """{"type":"object"}""")], ToolMode = ChatToolMode.RequireSpecific("add") })),
        ("no tool wanted", chat => Stream(chat, Ask("a"), new() { Tools = [Add], ToolMode = ChatToolMode.None })),
        ("every option", chat => Stream(chat, Ask("a"), EveryOption())),
        ("stop and numbers", chat => Stream(chat, Ask("a"), new() { StopSequences = ["\n", "</s>"], Temperature = 0, TopP = 0.1f, Seed = long.MaxValue, MaxOutputTokens = -1 })),
        ("format json", chat => Stream(chat, Ask("a"), new() { ResponseFormat = ChatResponseFormat.Json })),
        ("format schema", chat => Stream(chat, Ask("a"), new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","properties":{"x":true,"größe":{"type":"number","minimum":1e-3}}}""")) })),
        ("raw request", chat => Stream(chat, Ask("a"), new() { Temperature = 1, RawRepresentationFactory = _ => Raw() })),
    ];

    private static List<ChatMessage> Ask(string text) => [new(ChatRole.User, text)];

    private static Task Stream(OllamaChatClient chat, List<ChatMessage> messages, ChatOptions? options = null) => chat.GetStreamingResponseAsync(messages, options).CollectAsync();

    private static Task With(OllamaChatClient chat, string name, object value) => Stream(chat, Ask("a"), new() { AdditionalProperties = new() { [name] = value } });

    private static AIFunctionDeclaration Declare(string name, string schema) => AIFunctionFactory.CreateDeclaration(name, null, JsonElement.Parse(schema));

    private static List<ChatMessage> History() =>
    [
        .. Ask("What is 5 + 3, and what time is it?"),
        new(ChatRole.Assistant,
        [
            new TextReasoningContent("A sum… and the \"time\"."), new TextContent("Let me see."),
            new FunctionCallContent("c1", "add", new Dictionary<string, object?> { ["a"] = 5, ["b"] = JsonElement.Parse("3") }), new FunctionCallContent("c2", "now"),
        ]),
        new(ChatRole.Tool, [new FunctionResultContent("c2", "noon")]),
        new(ChatRole.Tool, [new FunctionResultContent("c1", 8), new FunctionResultContent("c9", "of no call")]),
        new(ChatRole.Assistant, [new TextReasoningContent("Done."), new TextContent("8, at noon.")]),
        .. Ask("Thanks"),
    ];

    private static List<ChatMessage> Results() =>
    [
        new(ChatRole.Assistant, [.. Enumerable.Range(1, 7).Select(number => new FunctionCallContent($"c{number}", "t"))]),
        new(ChatRole.Tool,
        [
            new FunctionResultContent("c1", new { Sum = 8, Text = "ü<" }),
            new FunctionResultContent("c2", null),
            new FunctionResultContent("c3", null) { Exception = new InvalidOperationException("a secret") },
            new FunctionResultContent("c4", JsonElement.Parse("\"plain\"")),
            new FunctionResultContent("c5", new AIContent[] { new TextContent("one"), new TextContent("two"), new DataContent(Image, "image/png") }),
            new FunctionResultContent("c6", JsonElement.Parse("""{"a": [1, 2.50, null]}""")),
            new FunctionResultContent("c7", 0.1),
        ]),
    ];

    private static Dictionary<string, object?> Arguments() => new(StringComparer.Ordinal)
    {
        ["text"] = "ü \"<\" 🦙",
        ["whole"] = 5L,
        ["fraction"] = 2.5,
        ["none"] = null,
        ["yes"] = true,
        ["list"] = new[] { 1, 2 },
        ["json"] = JsonElement.Parse("""{"b": [1, 2.50e3, null], "ü": "\u00fc"}"""),
    };

    private static ChatOptions EveryOption() => new()
    {
        ModelId = "other",
        Temperature = 0.7f,
        TopP = 0.25f,
        TopK = 40,
        Seed = 7,
        MaxOutputTokens = 128,
        FrequencyPenalty = 1.5f,
        PresencePenalty = -0.5f,
        StopSequences = ["END"],
        AdditionalProperties = new()
        {
            ["num_ctx"] = 8192, ["num_batch"] = 256L, ["num_gpu"] = "-1", ["main_gpu"] = 0, ["use_mmap"] = "True", ["num_thread"] = JsonElement.Parse("4"),
            ["num_keep"] = 4, ["min_p"] = 0.05, ["typical_p"] = "0.75", ["repeat_last_n"] = 64, ["repeat_penalty"] = 1.1f,
            ["truncate"] = false, ["shift"] = true, ["logprobs"] = true, ["top_logprobs"] = 3, ["session.id"] = "not for Ollama",
        },
    };

    private static OllamaChatRequest Raw() => new()
    {
        Model = "raw",
        Messages = [new() { Role = "system", Content = "First." }],
        Options = new OllamaOptions { MinP = 0.5f, Other = new Dictionary<string, JsonElement> { ["new_option"] = JsonElement.Parse("[1]") } },
    };

    [Description("Adds \"two\" numbers, größer <als> 1.")]
    private static int AddUp([Description("The first.")] int a, double? b = 1.5) => a + (int)(b ?? 0);
}
