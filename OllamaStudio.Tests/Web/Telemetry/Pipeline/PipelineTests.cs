using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Telemetry.Pipeline;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Telemetry.Pipeline;

/// <summary>What the pipeline's page says and where it draws it, without a page.</summary>
public sealed class PipelineTests
{
    private static PipelineDestination Lane(string name, ExportState state = ExportState.Healthy, long? stored = null) => new()
    {
        Id = name, Name = name, Where = "HTTP", Status = new() { State = state, Endpoint = "http://localhost:6006/v1/traces", LastSuccess = ManualTime.Epoch },
        Kept = 100, Dropped = 0, Found = 5, Waiting = 12, Sent = 90, Refused = 2, Expired = 1, Stored = stored, Unproved = stored is null ? null : 90 - stored, Resent = 7, LookUps = stored is null ? null : 41, QueueSize = 2048,
    };

    private static PipelineData Data(params PipelineDestination[] lanes) => new()
    {
        State = ExportState.Healthy, Started = 130, Running = 8, Ended = 122, LeftOut = 20, Held = 2, Dropped = 0, Kept = 100, Destinations = [.. lanes],
    };

    [Fact]
    public void The_books_add_up_line_by_line_and_what_is_sent_again_stands_beside()
    {
        var books = PipelineBook.Of(Data(Lane("Phoenix", stored: 80), Lane("Jaeger")));

        Assert.Equal(
            ["Studio: started 130 = ended 122 + running 8", "Studio: ended 122 = left out 20 + undecided 2 + dropped 0 + kept 100",
             "Phoenix: kept by the studio 100 = kept 100 + dropped 0", "Phoenix: kept 100 + found on disk 5 = sent 90 + waiting 12 + refused 2 + expired 1", "Phoenix: sent 90 = stored 80 + not yet proved 10",
             "Jaeger: kept by the studio 100 = kept 100 + dropped 0", "Jaeger: kept 100 + found on disk 5 = sent 90 + waiting 12 + refused 2 + expired 1"],
            books.Select(static line => $"{line.Owner}: {Terms(line.Left)} = {Terms(line.Right)}"));
        Assert.All(books, static line => Assert.True(line.Balances));
        Assert.Equal("7 sent again beside it, each counted once", books[3].Note);
        Assert.False(PipelineBook.Of(Data(Lane("Phoenix") with { Sent = 89 }))[^1].Balances);
        Assert.False(PipelineBook.Of(Data(Lane("Phoenix") with { Sent = 89 }))[^1].IsCounting);
        Assert.True(PipelineBook.Of(Data(Lane("Phoenix") with { Sent = 89 }) with { IsMoving = true })[^1].IsCounting);
        Assert.Equal("kept by the studio 100 = kept 90 + dropped 3 + not offered 7", Sum(PipelineBook.Of(Data(Lane("Phoenix") with { Kept = 90, Dropped = 3, NotOffered = 7 }))[2]));
        Assert.Equal("sent 90 = stored 80 + not yet proved 8 + not proved any more 2", Sum(PipelineBook.Of(Data(Lane("Phoenix", stored: 80) with { Unproved = 8, LetGo = 2 }))[^1]));
    }

    [Fact]
    public void What_nobody_counts_is_left_out_and_is_not_zero()
    {
        var books = PipelineBook.Of(Data(Lane("Phoenix") with { Found = null, Expired = null, Dropped = null, Kept = 104 }) with { Running = null, Held = null, Ended = 120 });

        Assert.Equal(["ended 120 = left out 20 + dropped 0 + kept 100", "kept 104 = sent 90 + waiting 12 + refused 2"], books.Select(static line => $"{Terms(line.Left)} = {Terms(line.Right)}"));
    }

    [Fact]
    public void Snapshots_become_what_is_drawn()
    {
        var export = new FakeExportMonitor
        {
            Books = new()
            {
                Started = 30, Running = 5, Ended = 25, LeftOut = 4, Held = 0, Dropped = 1, Kept = 20,
                Destinations = [new DestinationBooks { Id = "first", Kept = 18, Dropped = 2, Sent = 10, Waiting = 8, Stored = 6, Unproved = 4 }],
            },
        };
        export.Set(new() { State = ExportState.Healthy, Endpoint = "http://localhost:6006/v1/traces" });

        var data = PipelineReader.Read(export, new NoTail(), new());

        Assert.Equal((30, 5, 25, 4, null, 1, 20), (data.Started, data.Running, data.Ended, data.LeftOut, data.Held, data.Dropped, data.Kept));
        var lane = Assert.Single(data.Destinations);
        Assert.Equal(("Phoenix", "project default · HTTP", 18, null, 8, 10, 6, 4), (lane.Name, lane.Where, lane.Kept, lane.Found, lane.Waiting, lane.Sent, lane.Stored, lane.Unproved));
        Assert.Equal(3, data.Lost);

        // Each of several has its own standing and name; one that is off and was never used is none.
        export.Books = export.Books with { Destinations = [.. export.Books.Destinations, new DestinationBooks { Id = "two", Kept = 5, Waiting = 5 }, new DestinationBooks { Id = "three" }] };
        export.Statuses["two"] = new() { State = ExportState.Failing, Endpoint = "http://localhost:4318/v1/traces" };
        export.Statuses["three"] = new();
        var settings = new StudioSettings { Telemetry = new() { MoreDestinations = [new() { Id = "two", Name = "Collector", Kind = DestinationKind.Collector }, new() { Id = "three", Enabled = false }] } };
        Assert.Equal(
            [("Phoenix", "project default · HTTP", false), ("Collector", "localhost:4318 · HTTP", true)],
            PipelineReader.Read(export, new NoTail(), settings).Destinations.Select(static lane => (lane.Name, lane.Where, lane.IsFailing)));

        // Where all is off, those are left that keep something for later.
        export.Set(new() { State = ExportState.Off });
        export.Statuses.Clear();
        var off = PipelineReader.Read(export, new NoTail(), settings);
        Assert.Equal([("Phoenix", 8L), ("Collector", 5)], off.Destinations.Select(static lane => (lane.Name, lane.Waiting!.Value)));
        Assert.Equal("Export is switched off. 13 spans wait until it is on again, on disk for three days at most.", PipelineText.Detail(off));
        export.Books = export.Books with { Destinations = [.. export.Books.Destinations.Select(static books => books with { Waiting = 0 })] };
        Assert.Empty(PipelineReader.Read(export, new NoTail(), settings).Destinations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void However_many_destinations_there_are_their_lanes_stand_apart_and_around_the_middle(int count)
    {
        var layout = new PipelineLayout(Data([.. Enumerable.Range(0, count).Select(static i => Lane($"d{i}"))]));
        var tops = Enumerable.Range(0, count).Select(layout.LaneTop).ToList();

        Assert.All(tops.Zip(tops.Skip(1)), static pair => Assert.Equal(PipelineLayout.Pitch, pair.Second - pair.First));
        Assert.Equal(layout.Middle, (tops[0] + tops[^1] + PipelineLayout.Lane) / 2.0);
        Assert.True(layout.NameTop(0) >= 0);
        Assert.True(tops[^1] + PipelineLayout.Lane <= layout.Height);
        Assert.True(layout.UnderTop + 92 <= layout.Height);
        Assert.Equal(count, layout.ToLanes.Count(static path => path is not null));
    }

    [Fact]
    public void A_flow_is_as_thick_as_its_share_and_there_is_none_of_nothing()
    {
        Assert.Equal((Thickness(new PipelineLayout(Data() with { Kept = 122 }).Kept) / 2, 1.5), (Thickness(new PipelineLayout(Data() with { Kept = 61 }).Kept), Thickness(new PipelineLayout(Data() with { Kept = 1 }).Kept)));
        Assert.Null(new PipelineLayout(Data() with { LeftOut = 0 }).LeftOut);
        Assert.Null(new PipelineLayout(Data() with { Started = null, Ended = null }).Ended);
        Assert.Null(new PipelineLayout(Data(Lane("Jaeger"))).Along(0).Proved);
        Assert.Null(new PipelineLayout(Data(Lane("Jaeger") with { Kept = 0 })).ToLanes[0]);
    }

    [Theory]
    [InlineData(ExportState.Off, 0, "Nothing leaves the studio", "Export is switched off. 12 spans wait until it is on again, on disk for three days at most.")]
    [InlineData(ExportState.Healthy, 0, "No span is lost", "12 spans are on their way.")]
    [InlineData(ExportState.Failing, 0, "No span is lost", "Phoenix is failing. 12 spans wait.")]
    [InlineData(ExportState.Waiting, 0, "No span is lost", "No Phoenix at localhost:6006 yet. 12 spans wait.")]
    [InlineData(ExportState.Healthy, 3, "3 spans are lost", "12 spans are on their way.")]
    public void It_says_the_sentence_first(ExportState state, long lost, string headline, string detail)
    {
        var data = Data(Lane("Phoenix", state) with { Refused = lost, Expired = 0 }) with { State = state };

        Assert.Equal((headline, detail), (PipelineText.Headline(data), PipelineText.Detail(data)));
    }

    [Fact]
    public void Files_that_could_not_be_read_are_told_of_though_nobody_knows_how_many_spans_they_held()
    {
        var data = Data(Lane("Phoenix") with { Refused = 0, Expired = 0, SetAside = 2 }) with { State = ExportState.Healthy };

        Assert.Equal("The spans of 2 broken files are lost", PipelineText.Headline(data));
        Assert.Contains("2 broken files set aside", PipelineText.Waiting(data.Destinations[0]), StringComparison.Ordinal);
        Assert.Equal(3, PipelineReader.Read(Books(3), new NoTail(), new()).Destinations[0].SetAside);

        static FakeExportMonitor Books(int broken)
        {
            var export = new FakeExportMonitor { Books = new() { Destinations = [new() { Id = DestinationSettings.FirstId, SetAside = broken }] } };
            export.Set(new() { State = ExportState.Healthy });
            return export;
        }
    }

    [Fact]
    public void Of_several_destinations_it_says_how_many_fail()
    {
        Assert.Equal("One of three destinations is failing. 36 spans wait.", PipelineText.Detail(Data(Lane("a"), Lane("b", ExportState.Failing), Lane("c"))));
    }

    private static string Sum(PipelineBook line) => $"{Terms(line.Left)} = {Terms(line.Right)}";

    private static string Terms(IEnumerable<BookTerm> terms) => string.Join(" + ", terms.Select(static term => $"{term.Name} {term.Count}"));

    private static double Thickness(string? path)
    {
        var numbers = path!.Split(' ', 'M', 'C', 'V', 'Z').Where(static part => part.Length > 0).Select(static part => double.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        return numbers[^1] - numbers[1];
    }

    private sealed class NoTail : ITailSampling
    {
        public TailSamplingStatus Current { get; } = new();

        public IDisposable Subscribe(Action changed) => throw new NotSupportedException();
    }
}
