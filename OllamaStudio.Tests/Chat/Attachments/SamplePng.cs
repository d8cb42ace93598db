using System.Buffers.Binary;

namespace OllamaStudio.Tests.Chat.Attachments;

/// <summary>The bytes of a PNG as far as anybody here looks: its signature and its size, and as many bytes as wanted.</summary>
internal static class SamplePng
{
    public static byte[] Of(int width = 12, int height = 7, int bytes = 64)
    {
        var png = new byte[bytes];
        ((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R']).CopyTo(png);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        return png;
    }
}
