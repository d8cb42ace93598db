using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell.Palette;

/// <summary>The commands of one open window, as they make sense now. One per circuit.</summary>
public sealed class PaletteCommands(NavigationManager navigation, IJSRuntime script, StudioUi ui, Conversations store, ChatService chat, OllamaServers servers, SettingsService settings, ISpanFeed feed)
{
    private const string Commands = "Commands";

    /// <summary>All of them, the likeliest first.</summary>
    public IReadOnlyList<PaletteEntry> List() => [.. Chats(), .. Pages(), .. Window(), .. Models(), .. Settings()];

    private string[] Where => navigation.ToBaseRelativePath(navigation.Uri).Split('?', '#')[0].Split('/');

    private Conversation? Current => Where is ["chat", { } id] ? store.Find(id) : null;

    private IEnumerable<PaletteEntry> Chats()
    {
        if (Current is { IsGenerating: true } current)
        {
            yield return new(Commands, "stop", "Stop the reply", () => Done(() => chat.Stop(current))) { Words = "cancel end", Keys = ["Esc"] };
        }

        // Where there is nothing to find, there is no bar either.
        var find = Current is { Messages.IsEmpty: false } ? "Find in the conversation" : Where is ["traces", { } id] && feed.FindTrace(id) is not null ? "Find in the trace" : null;
        if (find is not null)
        {
            yield return new(Commands, "search", find, Script("studio.find.open")) { Words = "search text", Keys = [ui.Ctrl, "F"] };
        }

        if (Where is [""] or ["chat", ..])
        {
            yield return new(Commands, "sliders", "Parameters of this chat", Script("studio.press", "chat-parameters")) { Words = "temperature seed system prompt context num_ctx top_p top_k stop format json think options preset settings model" };
            yield return new(Commands, "clip", "Attach files", Script("studio.press", "attach")) { Words = "image picture text upload add" };
            yield return new(Commands, "tool", "Tools of this chat", Script("studio.press", "tools-menu")) { Words = "mcp functions switch on off" };
            if (servers.Status.Current.Models.Count > 1)
            {
                yield return new(Commands, "columns", "Ask several models", Script("studio.press", "several-models")) { Words = "compare side by side columns" };
            }

            if (Current is { Messages.IsEmpty: false })
            {
                yield return new(Commands, "download", "Export this chat", Script("studio.press", "conversation-export")) { Words = "conversation markdown json save download" };
            }

            if (Current is null)
            {
                yield return new(Commands, "eye-off", "Temporary chat", Script("studio.press", "temporary-chat")) { Words = "private incognito not stored" };
            }

            yield return new(Commands, "braces", "See the exact prompt", Script("studio.composer.showExactPrompt")) { Words = "request json curl rendered template cached" };
        }

        yield return new(Commands, "plus", "New chat", Go("/")) { Words = "conversation", Keys = [ui.Ctrl, "Shift", "O"] };
    }

    private IEnumerable<PaletteEntry> Pages() =>
    [
        new(Commands, "traces", "Go to traces", Go("/traces")) { Words = "spans waterfall open" },
        new(Commands, "dashboard", "Go to the dashboard", Go("/dashboard")) { Words = "charts latency tokens speed errors open" },
        new(Commands, "models", "Go to models", Go("/models")) { Words = "pull delete load unload memory installed open" },
        new(Commands, "telemetry", "Go to the telemetry pipeline", Go("/telemetry")) { Words = "spans export destinations books sampling open" },
        new(Commands, "bell", "Go to alerts", Go("/telemetry/alerts")) { Words = "telemetry rules limits warnings open" },
        new(Commands, "telemetry", "Go to the log", Go("/telemetry/logs")) { Words = "logs telemetry lines warnings errors open" },
        new(Commands, "settings", "Go to settings", Go("/settings")) { Words = "ollama export privacy capture sampling phoenix open", Keys = [ui.Ctrl, "."] },
        new(Commands, "plug", "MCP servers", Go("/settings#tools")) { Words = "tools settings" },
        new(Commands, "warning", "Fault lab", Go("/settings/faults")) { Words = "demo errors test settings" },
    ];

    private IEnumerable<PaletteEntry> Window() =>
    [
        new(Commands, "panel-right", "Show or hide live spans", Script("studio.panes.toggle", "spans")) { Words = "panel toggle" },
        new(Commands, "panel-left", "Show or hide conversations", Script("studio.panes.toggle", "conversations")) { Words = "panel list toggle" },
        new(Commands, "sun", "Theme: light", Script("studio.setTheme", Themes.Light)) { Words = "bright mode" },
        new(Commands, "moon", "Theme: dark", Script("studio.setTheme", Themes.Dark)) { Words = "night mode" },
        new(Commands, "monitor", "Theme: match the system", Script("studio.setTheme", Themes.System)) { Words = "auto mode" },
        new(Commands, "help", "Keyboard shortcuts", () => Done(ui.RequestHelp)) { Words = "keys help", Keys = [ui.Ctrl, "/"] },
    ];

    private IEnumerable<PaletteEntry> Models() =>
        servers.Status.Current.Models.Select(model => new PaletteEntry("Models", "models", $"Use {ModelNames.Display(model.Name)}", () => Done(() => UseModel(model.Name)))
        {
            Words = "model switch pick",
            Detail = servers.Status.Current.IsLoaded(model.Name) ? "loaded" : null,
        });

    // The list of MCP servers is a command already.
    private IEnumerable<PaletteEntry> Settings() =>
        settings.Catalog.OfStudio.Where(setting => setting is { Group: not null, Key: not McpSettingDefinitions.ServersKey } && setting.Group != DestinationSettingDefinitions.OtlpGroup).Select(setting => new PaletteEntry("Settings", "settings", setting.Label, Go(SettingLink.To(setting.Key)))
        {
            Words = setting.SearchWords,
            Detail = setting.Group!.Title,
            IsFoundOnly = true,
        });

    private void UseModel(string model)
    {
        ui.RequestModel(model);
        if (Current is null)
        {
            navigation.NavigateTo("/");
        }
    }

    private Func<Task> Go(string address) => () => Done(() => navigation.NavigateTo(address));

    private Func<Task> Script(string function, params object?[] arguments) => async () => await script.TryInvokeVoidAsync(function, arguments);

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
