using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Simulator.Faults;

namespace OllamaStudio.Settings;

/// <summary>Arms a fault of the demo. What is chosen here acts at once and is no setting: nothing of it is saved.</summary>
public sealed partial class FaultLabPage
{
    // The one that shows most at a glance: kept text, an error in the model's words, a retry.
    private const string Suggested = "error-mid-stream";

    private static readonly SettingShape s_duration = new(SettingKind.Flag);
    private static readonly SettingShape s_amount = new(SettingKind.Whole) { Least = 1, Most = DemoFault.LargestAmount };

    private readonly CancellationTokenSource _closing = new();
    private DemoFault _fault = null!;
    private SettingShape _faults = null!;
    private string _amount = "";
    private bool _once = true;
    private string? _problem;

    [Inject]
    public required IFaultLab Lab { get; set; }

    [Inject]
    public required OllamaServers Servers { get; set; }

    private int? Amount => int.TryParse(_amount, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    private bool AmountIsWrong => _amount.Length > 0 && Amount is null or < 1 or > DemoFault.LargestAmount;

    protected override void OnInitialized()
    {
        var armed = Lab.Armed;
        _once = armed is not { Requests: null };
        _faults = new(SettingKind.Choice) { Options = [.. Lab.Faults.Select(fault => new SettingOption(fault.Name, $"{fault.Name}: {fault.Description}", null))] };
        _fault = Lab.Faults[0];
        Choose(armed?.Name ?? Suggested);
        _amount = armed?.Amount?.ToString(CultureInfo.InvariantCulture) ?? "";
        Lab.Changed += OnChanged;
        Servers.Changed += OnChanged;
    }

    private void Choose(string name)
    {
        _fault = Lab.Faults.FirstOrDefault(fault => fault.Name == name) ?? _fault;
        _amount = "";
    }

    private static string AmountLabel(string unit) => char.ToUpperInvariant(unit[0]) + unit[1..];

    private void OnChanged() => Redraw();

    private async Task ApplyAsync()
    {
        if (AmountIsWrong)
        {
            return;
        }

        _problem = null;
        try
        {
            await Lab.ArmAsync(_fault, Amount, _once, _closing.Token);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The page is gone.
        }
        catch (IOException error)
        {
            _problem = $"The demo could not be started: {error.Message}";
        }
    }

    private Task UseDemoAsync() => Servers.UseAsync(ServerKind.Demo, CancellationToken.None);

    protected override void OnDispose()
    {
        Lab.Changed -= OnChanged;
        Servers.Changed -= OnChanged;
        _closing.Cancel();
        _closing.Dispose();
    }
}
