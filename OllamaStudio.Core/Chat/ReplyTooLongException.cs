using System.Globalization;

namespace OllamaStudio.Core.Chat;

/// <summary>A reply went on beyond <see cref="Conversation.MaxReplyLength"/>; what came until then is kept.</summary>
public sealed class ReplyTooLongException() : Exception(
    string.Create(CultureInfo.InvariantCulture, $"The reply went beyond {Conversation.MaxReplyLength:N0} characters and was broken off."));
