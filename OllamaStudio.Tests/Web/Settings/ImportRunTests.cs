using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using OllamaStudio.Settings;

namespace OllamaStudio.Tests.Web.Settings;

/// <summary>An import above real settings and conversations; the browser's side of the upload is a stream here.</summary>
public sealed class ImportRunTests : SettingsPageTestBase
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public ImportRunTests() => Services.AddSingleton(Fixture.Open());

    private ImportRun Run => Services.GetRequiredService<ImportRun>();

    [Theory]
    [InlineData(typeof(IOException), "no space left. ")]
    [InlineData(typeof(JSDisconnectedException), "left or closed")]
    [InlineData(typeof(TaskCanceledException), "left or closed")]
    [InlineData(typeof(InvalidOperationException), "InvalidOperationException")]
    public void Whatever_an_import_fails_for_is_a_sentence_on_the_page(Type fault, string words)
    {
        var page = Render<DataTransfer>();
        Run.Start(new Upload(() => throw (Exception)Activator.CreateInstance(fault, "no space left")!), withSettings: false);
        page.WaitForAssertion(() => Assert.Contains(words.Trim(), page.Find(Selector("import-problem")).TextContent, StringComparison.Ordinal), s_patience);
        Assert.False(Run.State.IsRunning);
    }

    [Fact]
    public async Task An_import_goes_on_when_its_page_is_left_and_who_comes_back_sees_it_and_can_cancel()
    {
        const string Chats = """[{"title":"a","mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["hi"]}}}}}]""";
        var rest = new TaskCompletionSource();
        var upload = new Upload(() => rest.Task, "{\"format\":");
        var page = Render<DataTransfer>();
        Run.Start(upload, withSettings: false);
        page.WaitForAssertion(() => page.Find(Selector("import-progress")), s_patience);
        await page.Instance.DisposeAsync();

        var back = Render<DataTransfer>();
        Assert.Contains("Receiving", back.Find(Selector("import-progress")).TextContent, StringComparison.Ordinal);
        await back.InvokeAsync(() => back.Find(Selector("import-cancel")).Click());
        back.WaitForAssertion(() => Assert.Contains("stopped before anything", back.Find(Selector("import-problem")).TextContent, StringComparison.Ordinal), s_patience);

        Run.Start(new Upload(static () => Task.CompletedTask, Chats), withSettings: false);
        back.WaitForAssertion(() => Assert.Contains("1 new conversation", back.Find(Selector("import-report")).TextContent, StringComparison.Ordinal), s_patience);
    }

    /// <summary>A file whose text comes, and after that waits or fails.</summary>
    private sealed class Upload(Func<Task> rest, string text = "") : IBrowserFile
    {
        public string Name => "file.json";

        public DateTimeOffset LastModified => default;

        public long Size => text.Length + 1;

        public string ContentType => "application/json";

        public Stream OpenReadStream(long maxAllowedSize = 512_000, CancellationToken cancellationToken = default) => new Received(rest, Encoding.UTF8.GetBytes(text));
    }

    private sealed class Received(Func<Task> rest, byte[] text) : MemoryStream(text)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (await base.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                return read;
            }

            await rest().WaitAsync(cancellationToken);
            return 0;
        }
    }
}
