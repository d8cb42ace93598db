using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Chat;

/// <summary>What stands where no message is yet: a way to begin, or what is missing for it.</summary>
public partial class EmptyChat
{
    private static readonly string[] Prompts =
    [
        "What can you do?",
        "Show me a table of sorting algorithms",
        "Write a C# function that checks an ISBN",
        "Explain time to first token in three sentences",
    ];

    private bool _busy;

    [Inject]
    public required ISettings Settings { get; set; }

    /// <summary>The model that will answer; null where there is none.</summary>
    [Parameter]
    public string? Model { get; set; }

    /// <summary>A suggested prompt was picked.</summary>
    [Parameter]
    public EventCallback<string> OnPrompt { get; set; }

    private ServerStatus Status => Servers.Status.Current;

    private async Task RetryAsync()
    {
        _busy = true;
        try
        {
            await Servers.RefreshAsync(CancellationToken.None);
        }
        finally
        {
            _busy = false;
        }
    }

    private Task UseDemoAsync() => Servers.UseAsync(ServerKind.Demo, CancellationToken.None);
}
