using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Settings;

/// <summary>A destination of the list.</summary>
public sealed partial class ListedDestination
{
    private static readonly ImmutableArray<SettingOption> s_kinds = [.. DestinationKinds.All.Select(kind => new SettingOption(kind.Kind.ToString(), kind.Label, null))];

    private static readonly ImmutableArray<SettingOption> s_projectRules =
    [
        new(nameof(ProjectRule.One), "One for all", null), new(nameof(ProjectRule.Model), "One for each model", null), new(nameof(ProjectRule.Conversation), "One for each conversation", null),
    ];

    private static readonly ImmutableArray<SettingOption> s_protocols =
        [new(nameof(DestinationProtocol.HttpProtobuf), "HTTP", null), new(nameof(DestinationProtocol.Grpc), "gRPC", null)];

    private static readonly ImmutableArray<SettingOption> s_compressions =
        [new(nameof(DestinationCompression.None), "None", null), new(nameof(DestinationCompression.Gzip), "gzip", null)];

    private static readonly ImmutableArray<string> s_folded =
    [
        nameof(DestinationSettings.CertificateFile), nameof(DestinationSettings.ClientCertificateFile), nameof(DestinationSettings.ClientKeyFile), nameof(DestinationSettings.TraceLink),
    ];

    private bool _editing;

    /// <summary>What is typed.</summary>
    [Parameter, EditorRequired]
    public required ItemDraft Draft { get; set; }

    /// <summary>What its inputs need to know.</summary>
    [CascadingParameter]
    public required ItemEdit Edit { get; set; }

    /// <summary>Whether what is typed is in force.</summary>
    [Parameter]
    public bool IsInForce { get; set; }

    /// <summary>Whether stored secrets were given for another server than is typed now.</summary>
    [Parameter]
    public bool LeavesSecretsBehind { get; set; }

    [Parameter]
    public bool IsFixed { get; set; }

    [Parameter]
    public EventCallback OnRemove { get; set; }

    private bool IsOn => Is(nameof(DestinationSettings.Enabled));

    private bool IsGrpc => Draft[nameof(DestinationSettings.Protocol)] == nameof(DestinationProtocol.Grpc);

    // Signals are properties of their names.
    private ImmutableArray<SignalBox> Boxes => [.. Enum.GetValues<TelemetrySignal>().Select(signal => new SignalBox(signal, $"{Edit.Id}-{signal}", Is(signal.ToString())))];

    private DestinationProfile Profile => DestinationPreset.ProfileOf(Draft);

    private string Title => Draft[nameof(DestinationSettings.Name)] is { } name && !string.IsNullOrWhiteSpace(name) ? name : "New destination";

    private string Where => Profile.Kind is DestinationKind.Other || Profile.Label == Title ? Draft[nameof(DestinationSettings.Endpoint)] : $"{Profile.Label} · {Draft[nameof(DestinationSettings.Endpoint)]}";

    private string? Notice => LeavesSecretsBehind ? "The stored values were given for another address and do not go to this one: type them again, or remove them." : null;

    private bool Is(string property) => bool.TryParse(Draft[property], out var on) && on;

    protected override void OnInitialized() => _editing = Draft.Origin.Length == 0;

    private Task ChangeAsync(ItemDraft changed) => Edit.Changed.InvokeAsync(DestinationPreset.Follow(Draft, changed));
}
