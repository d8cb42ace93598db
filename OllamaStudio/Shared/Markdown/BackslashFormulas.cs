using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Formulas between <c>\(</c> and <c>\)</c>, or <c>\[</c> and <c>\]</c>: many models write them so. To Markdown these are escaped
/// brackets, and stars and underscores in the formula would become emphasis.
/// </summary>
internal sealed class BackslashFormulaParser : InlineParser
{
    public BackslashFormulaParser() => OpeningCharacters = ['\\'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var end = slice.PeekChar() switch { '(' => "\\)", '[' => "\\]", _ => null };
        var length = end is null ? -1 : slice.AsSpan().IndexOf(end, StringComparison.Ordinal);
        if (length < 0)
        {
            return false;
        }

        length += 2;
        processor.Inline = new MathInline { Delimiter = '\\', DelimiterCount = 1, Content = new StringSlice(slice.Text, slice.Start, slice.Start + length - 1) };
        slice.Start += length;
        return true;
    }
}

/// <summary>The same where the brackets stand on lines of their own: what lies between is no list, heading or quote.</summary>
internal sealed class BackslashFormulaBlockParser : BlockParser
{
    public BackslashFormulaBlockParser() => OpeningCharacters = ['\\'];

    public override BlockState TryOpen(BlockProcessor processor)
    {
        if (processor.IsCodeIndent || !IsLine(processor.Line, "\\["))
        {
            return BlockState.None;
        }

        processor.NewBlocks.Push(new MathBlock(this) { Column = processor.Column, Span = new SourceSpan(processor.Start, processor.Line.End) });
        return BlockState.ContinueDiscard;
    }

    public override BlockState TryContinue(BlockProcessor processor, Block block) =>
        IsLine(processor.Line, "\\]") ? BlockState.BreakDiscard : BlockState.Continue;

    private static bool IsLine(StringSlice line, string text) => line.AsSpan().Trim().SequenceEqual(text);
}
