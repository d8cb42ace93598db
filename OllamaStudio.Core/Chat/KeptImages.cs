using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <summary>How much of tools' images a conversation keeps, in memory or in the store: the newest; older ones are counted only.</summary>
internal static class KeptImages
{
    /// <summary>Most bytes of images in one conversation.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>The messages with no more images than that.</summary>
    public static ImmutableArray<MessageRecord> Bound(ImmutableArray<MessageRecord> messages, long maxBytes)
    {
        var bytes = 0L;
        for (var i = messages.Length - 1; i >= 0; i--)
        {
            var message = messages[i];
            for (var j = message.ToolCalls.Length - 1; j >= 0; j--)
            {
                var call = message.ToolCalls[j];
                var kept = 0;
                while (kept < call.Images.Length && (bytes += call.Images[^(kept + 1)].Length) <= maxBytes)
                {
                    kept++;
                }

                if (kept < call.Images.Length)
                {
                    var dropped = call.Images.Length - kept;
                    var bounded = call with { Images = [.. call.Images.Skip(dropped)], DroppedImages = call.DroppedImages + dropped };
                    message = message with { ToolCalls = message.ToolCalls.SetItem(j, bounded) };
                }
            }

            messages = ReferenceEquals(message, messages[i]) ? messages : messages.SetItem(i, message);
        }

        return messages;
    }
}
