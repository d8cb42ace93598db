using System.Collections.Immutable;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>
/// Takes conversations, traces and settings out of a file. The whole file is looked at before anything of it is taken; importing it again
/// changes nothing. What is held is one conversation, or one line of spans.
/// </summary>
public sealed class DataImport(Conversations conversations, ISpanStore spans, SettingsService settings, TimeProvider time)
{
    /// <summary>Imports it.</summary>
    /// <param name="file">The file; it can seek, and stays open.</param>
    /// <param name="withSettings">Whether settings in it are taken, too.</param>
    /// <param name="progress">Hears how far it is, from any thread; null for nobody.</param>
    /// <param name="cancellationToken">Stops it. What was taken until then stays.</param>
    /// <returns>What was taken, also where it was stopped or <see cref="ImportReport.Fault"/> ended it.</returns>
    /// <exception cref="BrokenFileException">The file is broken; nothing was taken.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before anything was taken.</exception>
    public async Task<ImportReport> RunAsync(Stream file, bool withSettings, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var source = new ImportFile(file, time);
        var (count, spanCount) = (0, 0L);
        await foreach (var item in source.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (count, spanCount) = (count + (item.Conversation is null ? 0 : 1), spanCount + (item.Spans?.Spans.Length ?? 0));
            progress?.Report(new ImportProgress(IsChecking: true, item.Share, count, spanCount));
        }

        var wanted = withSettings && await source.ReadSettingsAsync(cancellationToken).ConfigureAwait(false) is { } json ? SettingsTransfer.Read(json) : null;
        var report = new ReportBuilder();
        try
        {
            await foreach (var item in source.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await TakeAsync(item, report, cancellationToken).ConfigureAwait(false);
                progress?.Report(new ImportProgress(IsChecking: false, item.Share, report.Conversations, report.Spans));
            }

            if (wanted is null)
            {
                return report.Build();
            }

            var (taken, faults) = await SettingsTransfer.TakeAsync(settings, wanted, cancellationToken).ConfigureAwait(false);
            return report.Build() with { Settings = taken, SettingFaults = faults };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return report.Build() with { IsCancelled = true };
        }
        catch (Exception fault)
        {
            return report.Build() with { Fault = fault }; // whatever it is: what was taken is told
        }
    }

    private async Task TakeAsync(ImportItem item, ReportBuilder report, CancellationToken cancellationToken)
    {
        if (item.Spans is { } line)
        {
            report.Add(line);
            foreach (var piece in line.Spans.Chunk(ISpanStore.MostAtOnce))
            {
                cancellationToken.ThrowIfCancellationRequested();
                report.Add(await spans.ImportAsync(piece, cancellationToken).ConfigureAwait(false));
            }
        }
        else if (item.Conversation is { } imported)
        {
            var conversation = imported.Conversation with { Messages = [.. imported.Conversation.Messages.Select(Ended)] };
            if (!imported.IsDated && conversations.FindSummary(conversation.Id) is { } known)
            {
                conversation = conversation with { UpdatedAt = known.UpdatedAt };
            }

            report.Add(imported, conversation.Messages.IsEmpty ? null : await conversations.ImportAsync(conversation, cancellationToken).ConfigureAwait(false));
        }
    }

    // Nobody here goes on with it.
    private static MessageRecord Ended(MessageRecord message) => !message.IsStreaming ? message : message with
    {
        State = MessageState.Interrupted,
        Phase = default,
        SilentSince = null,
        ToolCalls = [.. message.ToolCalls.Select(static call => call.IsPending ? call with { State = Tools.ToolCallState.Cancelled } : call)],
    };

    private sealed class ReportBuilder
    {
        private readonly NotTakenCounter _notTaken = new();
        private readonly ImmutableArray<LossyConversation>.Builder _lossy = ImmutableArray.CreateBuilder<LossyConversation>();
        private ImportReport _report = new();

        public int Conversations => _report.Added + _report.Changed + _report.Unchanged + _report.Busy + _report.Empty;

        public long Spans => _report.Spans + _report.KnownSpans + _report.OldSpans;

        public ImportReport Build() => _report with { NotTaken = _notTaken.ToImmutable(), Lossy = _lossy.ToImmutable() };

        public void Add(Core.Spans.Transfer.OtlpLine line)
        {
            _notTaken.Add("span without an end", line.WithoutEnd);
            _notTaken.Add("line of metrics or logs", line.IsOther ? 1 : 0);
        }

        public void Add(SpanIntake intake) => _report = _report with
        {
            Spans = _report.Spans + intake.Added, KnownSpans = _report.KnownSpans + intake.Known, OldSpans = _report.OldSpans + intake.TooOld,
        };

        public void Add(ImportedConversation imported, ImportOutcome? outcome)
        {
            _report = outcome switch
            {
                ImportOutcome.Added => _report with { Added = _report.Added + 1, Messages = _report.Messages + imported.Conversation.Messages.Length },
                ImportOutcome.Changed => _report with { Changed = _report.Changed + 1, Messages = _report.Messages + imported.Conversation.Messages.Length },
                ImportOutcome.Unchanged => _report with { Unchanged = _report.Unchanged + 1 },
                ImportOutcome.Busy => _report with { Busy = _report.Busy + 1 },
                _ => _report with { Empty = _report.Empty + 1 },
            };
            if (imported.NotTaken.IsEmpty)
            {
                return;
            }

            _report = _report with { LossyCount = _report.LossyCount + 1 };
            if (_lossy.Count < ImportReport.MaxLossy)
            {
                _lossy.Add(new LossyConversation(imported.Conversation.Id, Conversation.TitleOf(imported.Conversation.Name, imported.Conversation.Path()), imported.NotTaken));
            }

            foreach (var (kind, count) in imported.NotTaken)
            {
                _notTaken.Add(kind, count);
            }
        }
    }
}
