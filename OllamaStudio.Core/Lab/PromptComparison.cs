using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Lab;

/// <summary>How much of a request is the beginning of the one before it, which the server may still have in its cache, and where that ends and why.</summary>
/// <param name="Common">How many of its first messages are the same; null where there is nothing to compare with.</param>
/// <param name="Sentences">What a person should know of it.</param>
public sealed record PromptComparison(int? Common, ImmutableArray<string> Sentences)
{
    // A change of one of them between two requests loads the model anew.
    private static readonly ImmutableArray<string> s_reloading =
    [
        OllamaRequestProperties.NumCtx, OllamaRequestProperties.NumGpu, OllamaRequestProperties.MainGpu, OllamaRequestProperties.NumBatch, OllamaRequestProperties.NumThread,
        OllamaRequestProperties.UseMmap, OllamaRequestProperties.Shift,
    ];

    /// <summary>Compares.</summary>
    /// <param name="last">The last request of the conversation that the model answered, else one that another model did; null where none is known.</param>
    /// <param name="next">The one to be sent.</param>
    /// <param name="memory">What the model had in memory at the last look.</param>
    /// <param name="ratios">Makes tokens of lengths.</param>
    public static PromptComparison Of(SentRequest? last, SentRequest next, ModelMemory memory, TokenRatios ratios)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(ratios);
        if (last is null)
        {
            return new PromptComparison(null, ["Nothing was sent in this chat since the studio started, so there is nothing to compare with."]);
        }

        var sentences = ImmutableArray.CreateBuilder<string>();
        var (common, isReloaded) = (0, false);
        if (!ModelNames.Same(last.Model, next.Model))
        {
            sentences.Add($"The last turn asked {ModelNames.Display(last.Model)}: {ModelNames.Display(next.Model)} has nothing of it in its cache.");
        }
        else if (s_reloading.Where(name => Differs(last, next, name)).ToList() is { Count: > 0 } reloading)
        {
            isReloaded = true;
            sentences.Add($"{string.Join(" and ", reloading.Select(name => Change(last, next, name)))}: the model is loaded anew, and everything is read from the beginning.");
        }
        else if (last.ToolsHash != next.ToolsHash)
        {
            sentences.Add($"Other tools are offered than in the last turn ({Tools(last)} then, {Tools(next)} now). Most models read them first, so everything is read from the beginning.");
        }
        else
        {
            common = CommonOf(last, next);
            sentences.Add(Shared(common, next, ratios));
            sentences.Add(Why(common, last, next));
        }

        if (Differs(last, next, OllamaRequestProperties.Think))
        {
            sentences.Add("Thinking is set otherwise than in the last turn: with some models the prompt begins otherwise, too.");
        }

        if (memory switch
            {
                ModelMemory.None => "The model is not in memory now, so its cache is empty, whatever is the same.",
                ModelMemory.OtherWindow when !isReloaded => "The model is in memory with another context window: it is loaded anew, and its cache is empty, whatever is the same.",
                ModelMemory.OtherChat when common > 0 => "The model has answered another chat since: what is the same may be gone from its cache.",
                _ => null,
            } is { } emptied)
        {
            sentences.Add(emptied);
        }

        return new PromptComparison(common, sentences.ToImmutable());
    }

    /// <summary>The first message of a request that is not as the one before it had it; null where it goes on from all of that, or asks another model.</summary>
    /// <param name="last">The request before it.</param>
    /// <param name="next">The request.</param>
    public static PromptParting? PartingOf(SentRequest last, SentRequest next)
    {
        ArgumentNullException.ThrowIfNull(last);
        ArgumentNullException.ThrowIfNull(next);
        return ModelNames.Same(last.Model, next.Model) && CommonOf(last, next) is var common && common < Math.Min(last.Messages.Length, next.Messages.Length)
            ? new PromptParting(common + 1, WhoseOf(next.Messages[common].Role))
            : null;
    }

    private static int CommonOf(SentRequest last, SentRequest next) => last.Messages.Zip(next.Messages).TakeWhile(static pair => pair.First.Hash == pair.Second.Hash).Count();

    private static string WhoseOf(string role) => role switch { "system" => "the system prompt", "user" => "yours", "tool" => "a tool’s result", _ => "the model’s" };

    private static string Shared(int common, SentRequest next, TokenRatios ratios)
    {
        var perImage = ratios.TokensPerImage(next.Model);
        var uncounted = perImage is null ? next.Messages.Sum(static message => message.Images) : 0;
        var (same, all) = (Tokens(common), Tokens(next.Messages.Length));
        return common == 0
            ? "Nothing at its beginning is as in the last turn: all of it is read anew."
            : string.Create(CultureInfo.InvariantCulture, $"The first {(common == 1 ? "message is" : $"{common} of {next.Messages.Length} messages are")} as the last turn sent {(common == 1 ? "it" : "them")}: about {Math.Min(same, all):N0} of {all:N0} tokens can come from the server’s cache{(uncounted == 0 ? "" : uncounted == 1 ? ", an image not counted" : string.Create(CultureInfo.InvariantCulture, $", {uncounted} images not counted"))}.");

        long Tokens(int messages)
        {
            var first = next.Messages.Take(messages).ToList();
            return ratios.Estimate(next.Model, first.Sum(static message => message.Weight) + next.ToolsWeight) + (first.Sum(static message => message.Images) * (perImage ?? 0));
        }
    }

    private static string Why(int common, SentRequest last, SentRequest next)
    {
        if (common == last.Messages.Length)
        {
            return "What follows is new: the last reply, which the server may have, too, and what comes after it.";
        }

        if (common >= next.Messages.Length)
        {
            return "The last turn went on from there.";
        }

        var (then, now) = (last.Messages[common].Role, next.Messages[common].Role);
        return then == "system" || now == "system"
            ? (then, now) switch
            {
                ("system", "system") => "There the system prompt was changed.",
                ("system", _) => "There the last turn had a system prompt.",
                _ => "There a system prompt was added.",
            }
            : string.Create(CultureInfo.InvariantCulture, $"It ends at message {common + 1} ({WhoseOf(now)}): it was changed, another branch is shown, or older messages are left out now.");
    }

    private static bool Differs(SentRequest last, SentRequest next, string name) => last.Options.GetValueOrDefault(name) != next.Options.GetValueOrDefault(name);

    private static string Change(SentRequest last, SentRequest next, string name) =>
        $"{name} was {last.Options.GetValueOrDefault(name) ?? "not set"} and is {next.Options.GetValueOrDefault(name) ?? "not set"} now";

    private static string Tools(SentRequest request) => request.Tools.IsEmpty ? "none" : request.Tools.Length.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a model has in memory, as far as it matters to what it has in its cache.</summary>
public enum ModelMemory
{
    /// <summary>It is in memory as the next request needs it, and answered this chat last as far as the studio knows.</summary>
    Ready,

    /// <summary>The same, but it answered another chat since.</summary>
    OtherChat,

    /// <summary>It is in memory with a context window of another size.</summary>
    OtherWindow,

    /// <summary>It is not in memory.</summary>
    None,
}

/// <summary>Where a request parts from the one before it: from there on the server has nothing of it in its cache.</summary>
/// <param name="Message">The message's number in the request, from 1; a system prompt counts.</param>
/// <param name="Whose">Whose it is: <c>yours</c>, <c>the model’s</c>, <c>a tool’s result</c>, <c>the system prompt</c>.</param>
public sealed record PromptParting(int Message, string Whose);
