using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor.Services;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>What the components of the chat need around them.</summary>
public abstract class ChatTestBase : BunitContext
{
    protected ChatTestBase()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Ui);
        Services.AddSingleton<IExportMonitor>(Export);
        Services.AddSingleton<ISettings>(Settings);
        Services.AddSingleton<ITurnOrder>(Order);
        Services.AddSingleton(NoBaselines.Reader(TimeProvider.System));
        Services.AddSingleton(NoBaselines.CacheLosses);
        Services.AddSingleton(new Forecaster(Order, Order, Calls, new TokenRatios(), TimeProvider.System));
        Services.AddMudBlazorSnackbar();
        Services.AddSingleton<ServerPulse>();
        Services.AddSingleton(_ => new Conversations(TimeProvider.System));
        Services.AddSingleton(_ => new Annotator(Settings, Annotations, TimeProvider.System, NullLogger<Annotator>.Instance));
        Services.AddSingleton(provider => new ReplyFeedbacks(provider.GetRequiredService<Conversations>(), provider.GetRequiredService<Annotator>(), new ContentCapture(Settings), TimeProvider.System));
        Services.AddSingleton(provider => new SilenceJudge(
            Order, Order, provider.GetRequiredService<Forecaster>(), provider.GetRequiredService<ServerPulse>(), provider.GetRequiredService<OllamaServers>(), TimeProvider.System));
        Services.AddSingleton(provider => new ModelParameters(provider.GetRequiredService<OllamaServers>()));
        Services.AddSingleton(new DemoServer(TimeProvider.System));
        Services.AddSingleton(provider => new OllamaServers(
            Settings, provider.GetRequiredService<DemoServer>(), static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance));
    }

    protected StudioUi Ui { get; } = new();

    private protected FakeSettings Settings { get; } = new();

    protected FakeExportMonitor Export { get; } = new();

    private protected FakeTurnOrder Order { get; } = new();

    private protected FakeCalls Calls { get; } = new();

    private protected FakeAnnotations Annotations { get; } = new();

    protected static MessageRecord Reply(string text = "", MessageState state = MessageState.Complete) => new()
    {
        Id = Guid.NewGuid().ToString("N"), Role = MessageRole.Assistant, Text = text, State = state, Model = "demo-small:latest", CreatedAt = DateTimeOffset.UnixEpoch,
    };

    protected static MessageRecord Prompt(string text) =>
        new() { Id = Guid.NewGuid().ToString("N"), Role = MessageRole.User, Text = text, CreatedAt = DateTimeOffset.UnixEpoch };

    private protected sealed class FakeTurnOrder : ITurnOrder, ICallsUnderWay
    {
        public TurnAhead? Ahead { get; set; }

        /// <summary>What the reply waits for.</summary>
        public CallUnderWay? Call { get; set; }

        public List<CallUnderWay> CallsAhead { get; } = [];

        public TurnAhead? AheadOf(string replyId) => Ahead;

        public CallUnderWay? CallOf(string replyId) => Call;

        public IReadOnlyList<CallUnderWay> CallsAheadOf(string replyId) => CallsAhead;

        public TimeSpan? LongGapOf(string model) => null;
    }

    /// <summary>What became of feedback; nothing.</summary>
    private protected sealed class FakeAnnotations : IAnnotationStore
    {
        public IReadOnlyList<AnnotationDelivery> Deliveries { get; set; } = [];

        public Task PutAsync(Annotation annotation, IReadOnlyCollection<string> destinations, DateTimeOffset now) => Task.CompletedTask;

        public IReadOnlyList<AnnotationDelivery> ReadDue(DateTimeOffset now, int most) => [];

        public DateTimeOffset? NextDue() => null;

        public IReadOnlyList<AnnotationDelivery> Of(string messageId) => Deliveries;

        public (string SpanId, bool IsSampledOut)? FindRoot(string traceId) => null;

        public bool IsOfCopy(string messageId, string traceId) => false;

        public Task NoteAsync(AnnotationDelivery tried, AnnotationState state, string? reason, DateTimeOffset due) => Task.CompletedTask;

        public Task MakeDueAsync(IReadOnlyCollection<string> destinations, DateTimeOffset now) => Task.CompletedTask;
    }

    /// <summary>Calls of the past; none.</summary>
    private protected sealed class FakeCalls : ICallStore
    {
        /// <summary>Newest first.</summary>
        public List<MeasuredCall> Past { get; } = [];

        public IReadOnlyList<MeasuredCall> OfTrace(string traceId) => [];

        public IReadOnlyList<MeasuredCall> Like(MeasuredCall call, bool warm) => [];

        public IReadOnlyList<MeasuredCall> Newest(string model, int most) => [.. Past.Where(call => call.Model == model).Take(most)];
    }
}
