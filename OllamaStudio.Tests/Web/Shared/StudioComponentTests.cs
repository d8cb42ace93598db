using Bunit;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.JSInterop;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Shared;

/// <summary>What a component does with what it hears from outside, and with a page that is gone.</summary>
public sealed class StudioComponentTests : BunitContext
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly Loggers _log = new();

    public StudioComponentTests() => Services.AddSingleton<ILoggerFactory>(_log);

    [Fact]
    public async Task A_change_heard_on_any_thread_is_taken_in_and_drawn()
    {
        var probe = Render<Probe>();

        await Task.Run(() => probe.Instance.Hear(() => probe.Instance.Text = "changed"));
        probe.WaitForAssertion(() => Assert.Equal("changed", probe.Find("p").TextContent), Guard);
    }

    [Fact]
    public async Task A_fault_is_shown_and_logged_without_its_words()
    {
        var probe = Render<Probe>();

        probe.Instance.Hear(() => throw new InvalidOperationException("words of a message"));

        var shown = await Renderer.UnhandledException.WaitAsync(Guard);
        Assert.Equal("words of a message", shown.Message);
        var line = Assert.Single(_log.Lines.Lines);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("Probe could not take in a change: System.InvalidOperationException", line.Text, StringComparison.Ordinal);
        Assert.Contains(nameof(A_fault_is_shown_and_logged_without_its_words), line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("words of a message", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_what_takes_time_is_shown_too()
    {
        var probe = Render<Probe>();
        var gate = new TaskCompletionSource();
        probe.Instance.Hear(() => gate.Task);
        Assert.False(Renderer.UnhandledException.IsCompleted);

        gate.SetException(new InvalidOperationException("late"));

        Assert.Equal("late", (await Renderer.UnhandledException.WaitAsync(Guard)).Message);
    }

    [Fact]
    public async Task Once_disposed_nothing_is_done_and_what_still_breaks_is_quiet()
    {
        var probe = Render<Probe>().Instance;
        var gate = new TaskCompletionSource();
        probe.Hear(() => gate.Task);

        await DisposeComponentsAsync();
        gate.SetException(new InvalidOperationException("too late"));
        var done = false;
        probe.Hear(() => done = true);
        await Renderer.Dispatcher.InvokeAsync(static () => { });

        Assert.Equal(1, probe.Ended);
        Assert.False(done);
        Assert.False(Renderer.UnhandledException.IsCompleted);
        Assert.Empty(_log.Lines.Lines);
    }

    [Theory]
    [InlineData(typeof(JSDisconnectedException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task Scripts_of_a_page_that_is_gone_are_quiet(Type gone)
    {
        var broken = new BrokenScript(() => (Exception)Activator.CreateInstance(gone, "gone")!);
        IJSRuntime script = broken;
        IJSObjectReference module = broken;

        Assert.False(await script.TryInvokeVoidAsync("f"));
        Assert.Null(await script.TryInvokeAsync<string>("f"));
        Assert.False(await module.TryInvokeVoidAsync("f"));
        Assert.Equal(0, await module.TryInvokeAsync<int>("f"));
        await module.TryDisposeAsync();
    }

    [Fact]
    public async Task A_fault_of_the_script_itself_is_thrown()
    {
        var broken = new BrokenScript(() => new JSException("studio.nothing is not a function"));
        IJSRuntime script = broken;

        await Assert.ThrowsAsync<JSException>(async () => await script.TryInvokeVoidAsync("studio.nothing"));
        await Assert.ThrowsAsync<JSException>(async () => await script.TryInvokeAsync<string>("studio.nothing"));
        await Assert.ThrowsAsync<JSException>(async () => await broken.TryDisposeAsync());
    }

    private sealed class Probe : StudioComponent
    {
        public string Text { get; set; } = "";

        public int Ended { get; private set; }

        public void Hear(Action work) => Dispatch(() =>
        {
            work();
            StateHasChanged();
        });

        public void Hear(Func<Task> work) => Dispatch(work);

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "p");
            builder.AddContent(1, Text);
            builder.CloseElement();
        }

        protected override void OnDispose() => Ended++;
    }

    private sealed class BrokenScript(Func<Exception> fault) : IJSRuntime, IJSObjectReference
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) => throw fault();

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => throw fault();

        public ValueTask DisposeAsync() => throw fault();
    }

    private sealed class Loggers : ILoggerFactory
    {
        public RecordingLogger<StudioComponent> Lines { get; } = new();

        // The renderer has its own to say.
        public ILogger CreateLogger(string categoryName) => categoryName.EndsWith(nameof(Probe), StringComparison.Ordinal) ? Lines : NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
