namespace OllamaStudio.Core.Export;

/// <content>A request that takes long at its first try: nobody waits for it, and what comes after it is kept.</content>
internal sealed partial class RetryQueue
{
    /// <summary>Takes over a request that is under way; false where it may not be kept.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sending">What will come of it. Should it fail, the request is sent again.</param>
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
        try
        {
            FinishWith(await sending, request, attempt, plan);
        }
        catch (Exception problem)
        {
            attempt?.Failed(new() { Error = $"What came of a request could not be noted, and it is sent again: {problem.Message}" });
        }
        finally
        {
            // Nothing else would end it, and all that comes after it would wait for ever.
            Settle(request, new() { IsTransient = true, IsUnsent = true }, [], plan, isNew: true);
            lock (_gate)
            {
                Pause();
                LookForLeftBehind();
            }

            _ledger.Touch();
        }
    }

    private void FinishWith(ExportAnswer answer, UnsentRequest request, ExportHealth.Attempt? attempt, ExportPlan plan)
    {
        var parts = answer.IsTooLarge ? PartsOf(request) : [];
        if (answer.Error is null)
        {
            attempt?.Succeeded();
        }
        else if (parts.Count == 0)
        {
            attempt?.Failed(answer);
        }

        var isWhole = parts.Count == 1 && parts[0] == request;
        Settle(request, isWhole ? answer with { IsTransient = true } : answer, isWhole ? [] : parts, plan, isNew: true);
        if (answer.Error is null)
        {
            SendAfterNewer();
        }

        // What was kept meanwhile has not been tried: it need not wait for a pause, unless this one failed for the moment.
        if (!answer.IsTransient)
        {
            Start();
        }
    }
}
