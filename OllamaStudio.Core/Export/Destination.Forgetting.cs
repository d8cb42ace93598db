namespace OllamaStudio.Core.Export;

/// <content>What waits is given up, and what comes after it is sent as before.</content>
internal sealed partial class Destination
{
    /// <summary>
    /// Gives up all spans that wait, in memory and on disk, and cuts off the requests under way; all count as refused. Until
    /// <see cref="GoOn"/> nothing that fails is kept. For one caller at a time, as <see cref="Use"/>.
    /// </summary>
    /// <returns>Ends when nothing is left of them; a request that was tried again may take its whole time.</returns>
    public Task ForgetAsync()
    {
        _retries.ForgetAll();
        foreach (var (earlier, _) in _retiring.Where(static one => !one.Done.IsCompleted))
        {
            earlier.GiveUp();
        }

        if (Route is { } route)
        {
            Replace(new Route(route.Plan, _ledger, route.Health, _retries, _budget, _time), TimeSpan.Zero);
        }

        return Task.WhenAll([_opening, _retries.EndOfSendingAsync(), .. _retiring.Select(static one => one.Done)]);
    }

    /// <summary>After <see cref="ForgetAsync"/>: keeps again what an endpoint does not take. What came in between is given up, too. For one caller at a time.</summary>
    public void GoOn()
    {
        _retries.ForgetAll();
        if (Route is { } route)
        {
            _retries.Open(route.Plan.Endpoint);
        }
    }
}
