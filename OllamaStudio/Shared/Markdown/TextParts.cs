using System.Runtime.InteropServices;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Cuts a growing Markdown text into parts, so that only the last one is read anew while the text grows, and so that a text
/// of megabytes need not be drawn whole. Every character is in exactly one part; where the cuts lie depends on the text
/// alone. Up to <see cref="PartLength"/> characters nothing is cut. A text is cut before a paragraph where it can be, else
/// between lines, of code and tables too; a line that does not end is cut between words. What refers from one part to
/// another, as a link to an address listed at the text's end, stays plain text.
/// </summary>
public sealed class TextParts
{
    /// <summary>Characters from which on a part ends at the next good place: some eight screens of text.</summary>
    public const int PartLength = 20_000;

    /// <summary>Most characters of a part, its opening left aside.</summary>
    public const int MaxPartLength = 2 * PartLength;

    // How far back from its bound a line without an end is searched for a space.
    private const int LongestWord = 1_000;

    // A longer line is not repeated before a part; what follows it is then read as plain text.
    private const int LongestOpening = 1_000;

    private readonly List<TextPart> _parts = [];
    private string _text = "";
    private int _start;     // of the part that still grows
    private string _opening = "";
    private int _scanned;   // the first line that has not ended yet
    private bool _afterBlank;
    private string _line = "";   // the last line, where it may be a table's first
    private string _tableHead = "";
    private Fence? _fence;

    /// <summary>The parts in order; the last one may still grow. Empty for an empty text.</summary>
    public IReadOnlyList<TextPart> All => _parts;

    /// <summary>Takes the text as it now stands. One that does not continue the one before is cut from its beginning.</summary>
    /// <returns>False where it does not continue the one before.</returns>
    public bool Take(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var continues = text.StartsWith(_text, StringComparison.Ordinal);
        if (!continues)
        {
            Forget();
        }

        // The last part is put back when it is known how far it reaches now.
        if (_parts.Count > 0)
        {
            _parts.RemoveAt(_parts.Count - 1);
        }

        _text = text;
        while (_scanned < text.Length)
        {
            var length = text.AsSpan(_scanned).IndexOf('\n');
            var end = length < 0 ? text.Length : _scanned + length + 1;
            CutBefore(_scanned, end);
            CutWithin(end);
            if (length < 0)
            {
                break;
            }

            Read(text.AsSpan(_scanned, length));
            _scanned = end;
        }

        if (_start < text.Length)
        {
            _parts.Add(new TextPart(_start, text.Length, _opening));
        }

        return continues;
    }

    private void Forget()
    {
        _parts.Clear();
        (_start, _scanned) = (0, 0);
        (_opening, _line, _tableHead) = ("", "", "");
        (_afterBlank, _fence) = (false, null);
    }

    // A line that is not whole yet decides only by its first character and by having grown too long: neither changes any more.
    private void CutBefore(int line, int end)
    {
        var length = line - _start;
        if (length == 0)
        {
            return;
        }

        if (length >= PartLength && (IsGoodBefore(_text[line]) || end - _start > MaxPartLength))
        {
            Cut(line);
        }
    }

    // Within code or a table wherever it goes on, else where a paragraph, heading or list begins.
    private bool IsGoodBefore(char first) =>
        first is not ('\n' or '\r')
        && (_fence is { } fence ? first != fence.Mark : _tableHead.Length > 0 || (_afterBlank && first is not (' ' or '\t')));

    private void CutWithin(int end)
    {
        while (end - _start > MaxPartLength)
        {
            var at = _start + MaxPartLength;
            var space = _text.AsSpan(at - LongestWord, LongestWord).LastIndexOf(' ');
            at = space >= 0 ? at - LongestWord + space + 1 : TextCut.Boundary(_text, at);
            Cut(at);
        }
    }

    private void Cut(int at)
    {
        _parts.Add(new TextPart(_start, at, _opening));
        _start = at;
        _opening = Opening();
    }

    private string Opening() => _fence?.Opening ?? _tableHead;

    private void Read(ReadOnlySpan<char> line)
    {
        var content = line.Trim();
        _afterBlank = content.IsEmpty;
        if (_fence is { } open)
        {
            _fence = open.IsClosedBy(content) ? null : open;
            return;
        }

        _fence = Fence.Opened(content);
        _tableHead = _fence is not null || !content.Contains('|') ? ""
            : _tableHead.Length == 0 && IsDelimiterRow(content) && _line.Length > 0 ? $"{_line}\n{content}\n"
            : _tableHead;
        _line = content.Length <= LongestOpening && content.Contains('|') ? content.ToString() : "";
    }

    private static bool IsDelimiterRow(ReadOnlySpan<char> line) =>
        line.Length <= LongestOpening && line.Contains('-') && line.IndexOfAnyExcept("|:- \t") < 0;

    /// <summary>An open code fence. It may stand in a list, at any depth.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Fence(char Mark, int Length, string Opening)
    {
        public static Fence? Opened(ReadOnlySpan<char> line)
        {
            if (!line.StartsWith("```") && !line.StartsWith("~~~"))
            {
                return null;
            }

            var length = LengthOf(line, line[0]);
            return (line[0] == '`' && line[length..].Contains('`')) || line.Length > LongestOpening ? null : new Fence(line[0], length, $"{line}\n");
        }

        public bool IsClosedBy(ReadOnlySpan<char> line) => LengthOf(line, Mark) is var length && length >= Length && length == line.Length;

        private static int LengthOf(ReadOnlySpan<char> line, char mark) => line.IndexOfAnyExcept(mark) is var end and >= 0 ? end : line.Length;
    }
}

/// <summary>A stretch of a long Markdown text that is read by itself.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">The character after its last one.</param>
/// <param name="Opening">
/// What must stand before it to be read as what it is: the opening of the fence, or the head of the table, that the cut
/// before it runs through. Empty for most.
/// </param>
public readonly record struct TextPart(int Start, int End, string Opening)
{
    /// <summary>The Markdown of the part.</summary>
    /// <param name="text">The text that it is a part of.</param>
    public string Of(string text) => string.Concat(Opening, text.AsSpan(Start, End - Start));
}
