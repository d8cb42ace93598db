namespace OllamaStudio.Simulator.Models;

/// <summary>The use of a loaded model by one request; disposing it gives slot and model back.</summary>
internal sealed class RunnerLease(Runner runner, Func<IDisposable> queue) : IDisposable
{
    private bool _inSlot;

    /// <summary>Waits for a place to generate in; waiting counts as pending.</summary>
    public async Task EnterSlotAsync(CancellationToken cancellationToken)
    {
        using var place = queue();
        await runner.EnterSlotAsync(cancellationToken);
        _inSlot = true;
    }

    /// <summary>The part of the prompt that has to be read, the rest being known from the prompt before.</summary>
    public string ReadPrompt(string prompt) => runner.ReadPrompt(prompt);

    public void Dispose()
    {
        if (_inSlot)
        {
            runner.LeaveSlot();
        }

        runner.EndUse();
    }
}
