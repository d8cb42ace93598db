using System.Collections.Immutable;
using OllamaStudio.Core.Chat.Transfer;

namespace OllamaStudio.Core.Chat;

/// <content>All of it at once, out and in.</content>
public sealed partial class Conversation
{
    /// <summary>All of it, as it stands.</summary>
    public ConversationDocument ToDocument()
    {
        lock (_gate)
        {
            ImmutableArray<StoredMessage> places = [.. CaughtUp().All.Select(message => _tree.PlaceOf(message.Id))];
            return new ConversationDocument
            {
                Id = Id, Name = _name, CreatedAt = CreatedAt, UpdatedAt = UpdatedAt, Model = Model, DisabledTools = [.. DisabledTools.Order(StringComparer.Ordinal)],
                SystemPrompt = _systemPrompt, Parameters = _parameters, IsPinned = IsPinned, IsArchived = IsArchived, Tags = Tags,
                Messages = [.. places.Select(static place => place.Message)],
                Shown = [.. places.Where(static place => place.IsShown).Select(static place => place.Message.Id)],
            };
        }
    }

    /// <summary>Takes what another state of it has and this one has not; nothing while a reply is being generated.</summary>
    internal ImportOutcome Take(ConversationDocument other)
    {
        lock (_gate)
        {
            if (IsLive)
            {
                return ImportOutcome.Busy;
            }

            if (ConversationMerge.Union(ToDocument(), other) is not { } union)
            {
                return ImportOutcome.Unchanged;
            }

            // Numbers stay: what is between them may have been taken out.
            var next = _tree.NextNumber;
            var numbers = union.Messages.ToDictionary(static message => message.Id, message => _tree.Find(message.Id) is null ? next++ : _tree.PlaceOf(message.Id).Number, StringComparer.Ordinal);
            _tree = new MessageTree { NextNumber = next };
            _tree.Restore([.. union.ToStored().Messages.Select(stored => stored with { Number = numbers[stored.Message.Id], Parent = stored.Message.ParentId is { } parent ? numbers[parent] : null })]);
            (_name, Model, UpdatedAt) = (union.Name, union.Model, union.UpdatedAt);
            TakeParameters(union.SystemPrompt, union.Parameters);
            (IsPinned, IsArchived, Tags, DisabledTools) = (union.IsPinned, union.IsArchived, union.Tags, [.. union.DisabledTools]);
            _summary = null;
            TakeTitle();
            CountBytes();
            MarkAll();
        }

        _signal.Raise();
        return ImportOutcome.Changed;
    }
}
