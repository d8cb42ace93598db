using OllamaStudio.Tests.Support;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Shared;

public sealed class RefreshPacerTests
{
    private readonly ManualTime _time = new();
    private int _refreshes;

    [Fact]
    public void The_first_request_is_served_at_once_and_a_burst_after_it_as_one()
    {
        using var pacer = new RefreshPacer(_time, () => _refreshes++);

        for (var i = 0; i < 1000; i++)
        {
            pacer.Request();
        }

        Assert.Equal(1, _refreshes);
        _time.Advance(RefreshPacer.Interval);
        Assert.Equal(2, _refreshes);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _refreshes);
    }

    [Fact]
    public void A_refresh_that_asks_for_the_next_one_ticks_ten_times_a_second()
    {
        RefreshPacer? pacer = null;
        pacer = new RefreshPacer(_time, () =>
        {
            _refreshes++;
            pacer!.Request();
        });

        pacer.Request();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(11, _refreshes);
        pacer.Dispose();
    }

    [Fact]
    public void Nothing_is_refreshed_once_disposed()
    {
        var pacer = new RefreshPacer(_time, () => _refreshes++);
        pacer.Request();
        pacer.Request();

        pacer.Dispose();
        pacer.Request();
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, _refreshes);
    }
}
