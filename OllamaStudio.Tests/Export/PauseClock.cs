using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A timer set for a second or more goes off when a test says so; the shorter ones, such as the change signal's, run by themselves.</summary>
internal class PauseClock : ManualTime
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        dueTime < TimeSpan.FromSeconds(1)
            ? TimeProvider.System.CreateTimer(callback, state, dueTime, period)
            : base.CreateTimer(callback, state, dueTime, period);
}
