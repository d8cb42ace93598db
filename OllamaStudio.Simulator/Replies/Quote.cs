namespace OllamaStudio.Simulator.Replies;

/// <summary>Brings what a person wrote into a sentence of ours.</summary>
internal static class Quote
{
    /// <summary>One line, in quotation marks, cut at a word's end where it is long, without marks that would become Markdown.</summary>
    public static string Of(string text, int longest = 80)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        line = string.Concat(line.Where(static c => c is not ('`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '#')));
        if (line.Length <= longest)
        {
            return $"“{line}”";
        }

        var end = line.LastIndexOf(' ', longest);
        end = end > longest / 2 ? end : longest;
        end -= char.IsHighSurrogate(line[end - 1]) ? 1 : 0;
        return $"“{line[..end].TrimEnd(',', '.', ' ')} …”";
    }
}
