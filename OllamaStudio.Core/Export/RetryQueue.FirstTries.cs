namespace OllamaStudio.Core.Export;

/// <content>A request that takes long at its first try: nobody waits for it, and what comes after it is kept.</content>
internal sealed partial class RetryQueue
{
    /// <summary>Takes over a request that is under way and on disk; false where it may not be kept.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sending">What will come of it; never fails.</param>
    /// <param name="attempt">Told of that, and disposed.</param>
    /// <param name="plan">By which it was sent.</param>
    public bool TryTakeOver(UnsentRequest request, Task<ExportAnswer> sending, ExportHealth.Attempt? attempt, ExportPlan plan)
    {
        using var change = _ledger.Guard.Begin();
        List<UnsentRequest> givenUp;
        lock (_gate)
        {
            if (!MayKeep(request))
            {
                return false;
            }

            _kept.FirstTries.Add(request);
            givenUp = _kept.Keep([request]);
            LookForLeftBehind();
        }

        Lose(givenUp, isExpired: true);
        LastFirstTry = FinishAsync(request, sending, attempt, plan);
        return true;
    }

    /// <summary>The last request that was taken over, until it is answered for.</summary>
    public Task LastFirstTry { get; private set; } = Task.CompletedTask;

    private async Task FinishAsync(UnsentRequest request, Task<ExportAnswer> sending, ExportHealth.Attempt? attempt, ExportPlan plan)
    {
        await Task.Yield();
        using var watch = attempt;
        var answer = await sending;
        IReadOnlyList<UnsentRequest> parts = answer.IsTooLarge && Spool.Load(request, out _) is { } loaded ? RequestSplit.Of(loaded) : [];
        if (answer.Error is null)
        {
            attempt?.Succeeded();
        }
        else if (parts.Count == 0)
        {
            attempt?.Failed(answer);
        }

        Settle(request, answer, [.. parts.Select(Store)], plan, isNew: true);
        if (answer.Error is null)
        {
            SendAfterNewer();
        }

        // What was kept meanwhile has not been tried: it need not wait for a pause, unless this one failed for the moment.
        if (!answer.IsTransient)
        {
            Start();
        }

        lock (_gate)
        {
            Pause();
            LookForLeftBehind();
        }

        _ledger.Touch();
    }
}
