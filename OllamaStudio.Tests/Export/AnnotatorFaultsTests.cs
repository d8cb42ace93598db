using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A store that fails while annotations wait.</summary>
public sealed class AnnotatorFaultsTests
{
    [Fact]
    public async Task A_store_that_cannot_say_what_is_due_is_asked_again()
    {
        var (store, time) = (new BrokenStore(), new ManualTime());
        using var annotator = new Annotator(new FakeSettings(), store, time, NullLogger<Annotator>.Instance);
        await annotator.StartAsync(CancellationToken.None);
        await time.FireAsync(TimeSpan.FromMinutes(5));
        await time.WaitForTimerAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(2, store.Asked);
        await annotator.StopAsync(CancellationToken.None);
    }

    private sealed class BrokenStore : IAnnotationStore
    {
        public int Asked { get; private set; }

        public DateTimeOffset? NextDue()
        {
            Asked++;
            throw new InvalidOperationException("a bug");
        }

        public IReadOnlyList<AnnotationDelivery> ReadDue(DateTimeOffset now, int most) => [];

        public Task PutAsync(Annotation annotation, IReadOnlyCollection<string> destinations, DateTimeOffset now) => Task.CompletedTask;

        public IReadOnlyList<AnnotationDelivery> Of(string messageId) => [];

        public (string SpanId, bool IsSampledOut)? FindRoot(string traceId) => null;

        public bool IsOfCopy(string messageId, string traceId) => false;

        public Task NoteAsync(AnnotationDelivery tried, AnnotationState state, string? reason, DateTimeOffset due) => Task.CompletedTask;

        public Task MakeDueAsync(IReadOnlyCollection<string> destinations, DateTimeOffset now) => Task.CompletedTask;
    }
}
