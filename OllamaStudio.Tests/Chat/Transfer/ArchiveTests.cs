using System.IO.Compression;
using System.Text;
using CsCheck;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Chat.Transfer;

public sealed class ArchiveTests
{
    private const string Manifest = """{"format":"ollamastudio.archive","version":1,"conversations":0}""";

    [Fact]
    public async Task Any_conversations_come_back_as_they_were() => await Documents.Any(6).Array[0, 4].SampleAsync(static async documents =>
    {
        var read = await ReadAsync(await WriteAsync(documents));
        Assert.Equal(documents.Length, read.Count);
        foreach (var (written, back) in documents.Zip(read))
        {
            Documents.AssertSame(written, back);
        }
    }, iter: 50);

    [Fact]
    public async Task An_image_is_a_file_and_is_written_once()
    {
        var call = new ToolCallRecord { Id = "c", Name = "draw", State = ToolCallState.Succeeded, Images = [new ToolImage("image/png", new byte[] { 1, 2, 3 }), new ToolImage("image/png", new byte[] { 1, 2, 3 })] };
        using var zip = new ZipArchive(await WriteAsync([
            Documents.Line("a", Documents.Reply("m1", "x") with { ToolCalls = [call] }),
            Documents.Line("b", Documents.Reply("m2", "y") with { ToolCalls = [call] })]));
        Assert.Equal(
            ["conversations/a.json", "conversations/b.json", "images/039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81.png", "manifest.json"],
            zip.Entries.Select(static entry => entry.FullName).Order(StringComparer.Ordinal));
        using var manifest = new StreamReader(zip.GetEntry("manifest.json")!.Open());
        Assert.Contains("\"conversations\":2,\"messages\":2,\"images\":1,\"settings\":false", await manifest.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("conversations/../../x.json")]
    [InlineData("conversations\\..\\x.json")]
    [InlineData("C:/x.json")]
    public async Task A_name_that_leads_out_of_the_archive_refuses_all_of_it(string name) =>
        Assert.Contains("leads out of it", (await RefusalAsync((name, "{}"), ("manifest.json", Manifest))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task What_is_missing_broken_or_newer_is_told()
    {
        Assert.Contains("no manifest.json", (await RefusalAsync(("x", "y"))).Message, StringComparison.Ordinal);
        Assert.Contains("manifest.json: ", (await RefusalAsync(("manifest.json", "{"))).Message, StringComparison.Ordinal);
        Assert.Contains("no archive of OllamaStudio", (await RefusalAsync(("manifest.json", "{}"))).Message, StringComparison.Ordinal);
        Assert.Contains("newer studio", (await RefusalAsync(("manifest.json", Manifest.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal)))).Message, StringComparison.Ordinal);
        Assert.Contains("holds 0 conversations, and there are 1", (await RefusalAsync(("manifest.json", Manifest), ("conversations/a.json", "{}"))).Message, StringComparison.Ordinal);
        Assert.Contains("two entries named", (await RefusalAsync(("manifest.json", Manifest), ("manifest.json", Manifest))).Message, StringComparison.Ordinal);
        Assert.Contains("cut off", (await RefusalAsync(Encoding.UTF8.GetBytes("PK\u0003\u0004 and then nothing"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conversation_of_an_archive_that_is_broken_is_named_with_its_place()
    {
        var one = Manifest.Replace("\"conversations\":0", "\"conversations\":1", StringComparison.Ordinal);
        var fault = await Assert.ThrowsAsync<BrokenFileException>(() => ReadAsync(Zip(("manifest.json", one), ("conversations/a.json", "{\n x"))));
        Assert.Equal((2, 2), (fault.Line, fault.Column));
        Assert.Contains("conversations/a.json", fault.Message, StringComparison.Ordinal);
        const string Missing = """{"format":"ollamastudio.conversation","version":1,"id":"a","createdAt":"2026-11-26T09:30:00Z","messages":[{"id":"m","role":"assistant","createdAt":"2026-11-26T09:30:00Z","toolCalls":[{"id":"c","name":"n","images":[{"mediaType":"image/png","file":"FILE"}]}]}]}""";
        foreach (var (name, reason) in (IEnumerable<(string, string)>)[("images/abc.png", "not in the archive"), ("manifest.json", "not in the archive"), ("images/damaged.png", "is damaged")])
        {
            var broken = Zip(("manifest.json", one), ("images/damaged.png", "x"), ("conversations/a.json", Missing.Replace("FILE", name, StringComparison.Ordinal)));
            Assert.Contains(reason, (await Assert.ThrowsAsync<BrokenFileException>(() => ReadAsync(broken))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bomb_is_refused_by_what_it_says_and_by_what_it_holds()
    {
        // 300 MB of nothing in 300 KB: more than an entry may hold.
        using var large = new MemoryStream();
        using (var zip = new ZipArchive(large, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = zip.CreateEntry("images/0.png", CompressionLevel.Fastest).Open();
            var zeros = new byte[1_000_000];
            for (var i = 0; i < 70; i++)
            {
                await entry.WriteAsync(zeros);
            }
        }

        Assert.Contains("larger than may be", (await Assert.ThrowsAsync<BrokenFileException>(() => ReadAsync(large))).Message, StringComparison.Ordinal);

        // One that says less than it holds: the sizes in its directory are put to 2.
        var liar = Zip(("manifest.json", Manifest), ("settings.json", new string('x', 5_000))).ToArray();
        for (var at = 0; at < liar.Length - 4; at++)
        {
            if (BitConverter.ToUInt32(liar, at) == 5_000)
            {
                BitConverter.TryWriteBytes(liar.AsSpan(at), 2);
            }
        }

        await using var archive = await ArchiveReader.OpenAsync(new MemoryStream(liar), CancellationToken.None);
        var taken = await Record.ExceptionAsync(() => archive.ReadSettingsAsync(CancellationToken.None));
        Assert.True(taken is BrokenFileException || (await archive.ReadSettingsAsync(CancellationToken.None))!.Length == 2, taken?.Message);
    }

    private static async Task<MemoryStream> WriteAsync(ConversationDocument[] documents)
    {
        var file = new MemoryStream();
        await using (var archive = await ArchiveWriter.CreateAsync(new OneWayStream(file), TimeProvider.System, CancellationToken.None))
        {
            foreach (var document in documents)
            {
                await archive.AddAsync(document, CancellationToken.None);
            }

            await archive.CompleteAsync(CancellationToken.None);
        }

        return file;
    }

    private static async Task<List<ConversationDocument>> ReadAsync(Stream file)
    {
        await using var archive = await ArchiveReader.OpenAsync(file, CancellationToken.None);
        List<ConversationDocument> read = [];
        await foreach (var conversation in archive.ReadAsync(CancellationToken.None))
        {
            read.Add(conversation);
        }

        return read;
    }

    private static Task<BrokenFileException> RefusalAsync(params (string Name, string Content)[] entries) => RefusalAsync(Zip(entries).ToArray());

    private static Task<BrokenFileException> RefusalAsync(byte[] file) => Assert.ThrowsAsync<BrokenFileException>(() => ArchiveReader.OpenAsync(new MemoryStream(file), CancellationToken.None));

    private static MemoryStream Zip(params (string Name, string Content)[] entries)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(content);
            }
        }

        return file;
    }

    /// <summary>What an HTTP answer is: it cannot seek, and takes nothing that blocks.</summary>
    private sealed class OneWayStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => throw new InvalidOperationException("Synchronous operations are disallowed.");

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Synchronous operations are disallowed.");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);
    }
}
