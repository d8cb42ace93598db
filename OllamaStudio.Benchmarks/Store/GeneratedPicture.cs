using System.Buffers.Binary;
using System.IO.Compression;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>Pictures of noise: nothing of them compresses, as nothing of a photo does.</summary>
internal static class GeneratedPicture
{
    private const int Width = 320;
    private const int Height = 240;

    /// <summary>A PNG of 320 by 240 in grey, some 77 KB; another one for each seed.</summary>
    public static byte[] Png(int seed)
    {
        var rows = new byte[(Width + 1) * Height]; // each row begins with its filter, 0 for none
        var random = new Random(seed);
        for (var row = 0; row < Height; row++)
        {
            random.NextBytes(rows.AsSpan((row * (Width + 1)) + 1, Width));
        }

        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        Span<byte> head = stackalloc byte[13];
        head.Clear();
        BinaryPrimitives.WriteInt32BigEndian(head, Width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], Height);
        head[8] = 8; // bits a sample, of grey
        var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Write(png, "IHDR"u8, head);
        Write(png, "IDAT"u8, packed.ToArray());
        Write(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void Write(MemoryStream png, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(kind);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, kind), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var one in data)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }

        return crc;
    }
}
