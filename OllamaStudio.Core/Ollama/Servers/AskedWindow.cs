using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>
/// The context window that the studio last asked of a model. A model in memory has the window of whoever asked last, and a call that asks for none has
/// Ollama load it anew with its own: what <c>/api/ps</c> tells is then another chat's.
/// </summary>
/// <param name="Asked">What the last call asked for, in tokens; null where it left it to the server.</param>
/// <param name="IsAnswered">Whether that call had a first piece: what is in memory from then on is as it asked.</param>
/// <param name="Own">What the model is given where nobody asks, in tokens; null while it is not known.</param>
internal sealed record AskedWindow(int? Asked, bool IsAnswered, int? Own)
{
    /// <summary>The window of a call that asks for none, in tokens; null while it is not known.</summary>
    /// <param name="allocated">What the model in memory has.</param>
    /// <param name="longest">The longest that it was made for; null where that is unknown.</param>
    public int? OwnBeside(int? allocated, int? longest) =>
        Own ?? (Asked is { } asked && Math.Min(asked, longest ?? int.MaxValue) != allocated ? allocated : null); // somebody else loaded it since
}

/// <summary>What is kept of them for one server, by the model's name with its tag.</summary>
internal static class AskedWindows
{
    /// <summary>Nothing was asked: what is in memory is taken for the server's own.</summary>
    public static ImmutableDictionary<string, AskedWindow> None { get; } = ImmutableDictionary.Create<string, AskedWindow>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A call is being sent that asks for that window, or for none.</summary>
    public static ServerStatus Sending(this ServerStatus server, string model, int? window)
    {
        var known = server.Asked.GetValueOrDefault(ModelNames.WithTag(model));
        if (known is null ? window is null : known.Asked == window)
        {
            return server;
        }

        return server.With(model, known is null ? new AskedWindow(window, IsAnswered: false, server.FindRunning(model)?.ContextLength) : known with { Asked = window, IsAnswered = false });
    }

    /// <summary>Its first piece came.</summary>
    public static ServerStatus Answering(this ServerStatus server, string model) =>
        server.Asked.GetValueOrDefault(ModelNames.WithTag(model)) is { IsAnswered: false } known ? server.With(model, known with { IsAnswered = true }) : server;

    /// <summary>What a look found, beside what is known now; the look began when <paramref name="before"/> was known.</summary>
    public static ServerStatus Beside(this ServerStatus found, ServerStatus now, ServerStatus before)
    {
        // Another server, or one that was started anew, may have another window of its own.
        if (found.State is not ServerState.Up || now.State is not ServerState.Up || found.Address != now.Address)
        {
            return found with { Asked = found.State is ServerState.Up ? None : now.Asked };
        }

        var asked = now.Asked;
        foreach (var (name, known) in asked)
        {
            if (known is { Asked: null, IsAnswered: true } && before.Asked.GetValueOrDefault(name) == known && found.FindRunning(name)?.ContextLength is { } own && own != known.Own)
            {
                asked = asked.SetItem(name, known with { Own = own });
            }
        }

        return found with { Asked = asked };
    }

    private static ServerStatus With(this ServerStatus server, string model, AskedWindow known) => server with { Asked = server.Asked.SetItem(ModelNames.WithTag(model), known) };
}
