using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Telemetry.Logs;

public sealed class LogStoreTests : IDisposable
{
    private readonly LogStore _store = new(new ManualTime());

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Beyond_the_count_the_oldest_go_and_the_numbers_tell_how_many()
    {
        for (var i = 0; i < LogStore.MaxLines + 5; i++)
        {
            _store.Add(Line("x"));
        }

        var lines = _store.Lines;
        Assert.Equal(LogStore.MaxLines, lines.Length);
        Assert.Equal((6, LogStore.MaxLines + 5), (lines[0].Number, lines[^1].Number));
    }

    [Fact]
    public void Beyond_the_bytes_the_oldest_go()
    {
        var text = new string('x', 1_000_000);
        for (var i = 0; i < 20; i++)
        {
            _store.Add(Line(text));
        }

        // Two bytes a character: 7 of them are below 16 MB, 8 and what else a line takes are not.
        Assert.Equal([14, 15, 16, 17, 18, 19, 20], _store.Lines.Select(static line => line.Number));
    }

    private static LogLine Line(string text) => new() { Time = DateTimeOffset.UnixEpoch, Level = LogLevel.Information, Category = "Some.Type", Message = text };
}
