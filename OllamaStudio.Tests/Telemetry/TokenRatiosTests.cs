using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Tests.Telemetry;

public sealed class TokenRatiosTests
{
    private readonly TokenRatios _ratios = new();

    [Fact]
    public void A_model_is_judged_by_its_own_call_that_was_most_alike_and_an_unknown_one_as_usual()
    {
        _ratios.Learn("m", 1_000, 250);
        _ratios.Learn("m", 4_000, 1_200);

        Assert.Equal(125, _ratios.Estimate("m", 500));
        Assert.Equal(900, _ratios.Estimate("m", 3_000));
        Assert.Equal(3_000, _ratios.Estimate("m", 10_000));
        Assert.Equal(250, _ratios.Estimate("another", 1_000));
        Assert.Equal(0, _ratios.Estimate("m", 0));
    }

    [Fact]
    public void A_close_estimate_needs_a_call_of_about_that_length()
    {
        _ratios.Learn("m", 1_000, 250);

        Assert.Null(_ratios.EstimateClosely("m", 499));
        Assert.Equal(125, _ratios.EstimateClosely("m", 500));
        Assert.Equal(500, _ratios.EstimateClosely("m", 2_000));
        Assert.Null(_ratios.EstimateClosely("m", 2_001));
        Assert.Null(_ratios.EstimateClosely("another", 1_000));
    }

    [Fact]
    public void A_cautious_estimate_is_rather_too_low_and_counts_images_once_one_was_measured()
    {
        Assert.Equal(750, _ratios.EstimateCautiously("m", 4_000, images: 0)); // a model's first prompt
        Assert.Null(_ratios.EstimateCautiously("m", 4_000, images: 1));

        _ratios.Learn("m", 4_000, 1_000);
        Assert.Equal(1_000, _ratios.EstimateCautiously("m", 4_000, images: 0));
        Assert.Equal(3_000, _ratios.EstimateCautiously("m", 16_000, images: 0));

        _ratios.Learn("m", 4_000 + PromptWeight.PerImage, 1_600, images: 1);
        Assert.Equal(2_200, _ratios.EstimateCautiously("m", 4_000 + (2 * PromptWeight.PerImage), images: 2));
    }

    [Fact]
    public void How_far_off_the_last_ten_were_is_known_once_one_could_be_checked()
    {
        _ratios.Learn("m", 1_000, 250);
        Assert.Null(_ratios.ErrorOf("m"));

        _ratios.Learn("m", 1_000, 200);
        Assert.Equal((1, 0.25), _ratios.ErrorOf("m"));

        for (var i = 0; i < 12; i++)
        {
            _ratios.Learn("m", 2_000 + i, 400);
        }

        var (count, worst) = _ratios.ErrorOf("m")!.Value;
        Assert.Equal(10, count);
        Assert.InRange(worst, 0, 0.02);
        Assert.Null(_ratios.ErrorOf("another"));
    }

    [Fact]
    public void A_prompt_with_its_reply_is_what_the_next_one_begins_with()
    {
        // A reply of few characters and many tokens, such as a table.
        _ratios.Learn("m", new PromptCount(1_000, 250, 0) { ReplyCharacters = 500, ReplyTokens = 350 });

        Assert.Equal(250, _ratios.Estimate("m", 1_000));
        Assert.Equal(640, _ratios.Estimate("m", 1_600)); // 600 and what is said then, not 400
        Assert.NotNull(_ratios.EstimateClosely("m", 2_900));
        Assert.Null(_ratios.EstimateClosely("m", 3_001));
    }

    [Fact]
    public void What_was_counted_before_the_start_is_read_back_once_it_can_be_and_counts_as_if_it_had_just_been_learned()
    {
        var before = new Before();
        var ratios = new TokenRatios(before);
        Assert.Equal(250, ratios.Estimate("m", 1_000)); // as usual: nothing can be read yet

        before.Counts = [new(1_000, 500, 0), new(1_000, 400, 0), new(4_000, 700, 1)];
        Assert.Equal(400, ratios.Estimate("m", 1_000));
        Assert.Equal(400, ratios.EstimateClosely("m", 1_000));
        Assert.Equal((1, 0.25), ratios.ErrorOf("m"));
        Assert.Equal(300, ratios.TokensPerImage("m"));

        before.Counts = [new(1_000, 100, 0)];
        ratios.Learn("m", 1_000, 300);
        Assert.Equal(2, ratios.ErrorOf("m")!.Value.Count);
        Assert.Equal(("m", 16), Assert.Single(before.Asked.Distinct()));
    }

    [Fact]
    public void The_first_image_tells_what_one_is_and_the_next_how_well_that_is_known()
    {
        _ratios.Learn("m", PromptWeight.PerImage + 40, 265, images: 1);
        Assert.Equal(255, _ratios.TokensPerImage("m")); // ten for the words, as usual
        Assert.Null(_ratios.ErrorOf("m"));

        _ratios.Learn("m", (2 * PromptWeight.PerImage) + 40, 500, images: 2);
        Assert.Equal((1, 0.04), _ratios.ErrorOf("m"));
    }

    private sealed class Before : IPromptCounts
    {
        public IReadOnlyList<PromptCount>? Counts { get; set; }

        public List<(string Model, int Most)> Asked { get; } = [];

        public IReadOnlyList<PromptCount>? Newest(string model, int most)
        {
            Asked.Add((model, most));
            return Counts;
        }
    }

    [Fact]
    public void What_tells_nothing_is_not_learned()
    {
        _ratios.Learn("m", 0, 250);
        _ratios.Learn("m", 1_000, 0);

        Assert.Null(_ratios.EstimateClosely("m", 1_000));
    }
}
