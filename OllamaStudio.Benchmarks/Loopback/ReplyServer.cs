using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OllamaStudio.Benchmarks.Replies;

namespace OllamaStudio.Benchmarks.Loopback;

/// <summary>
/// Answers every request on a free port of 127.0.0.1 with the recorded reply, in a process of its own as Ollama does: the client's
/// garbage collections do not stop it. It writes to the socket itself, because Kestrel gathers lines that are flushed faster than
/// they leave; Ollama's server, written in Go, sends at every flush.
/// </summary>
internal static class ReplyServer
{
    private static ReadOnlySpan<byte> Head =>
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"u8;

    private static ReadOnlySpan<byte> End => "0\r\n\r\n"u8;

    /// <summary>The first argument that makes this program such a server.</summary>
    public const string Verb = "serve-reply";

    /// <summary>Writes its address to the standard output and serves until the standard input ends.</summary>
    /// <param name="framing">How it writes.</param>
    /// <param name="chunks">Lines of the reply: its first ones and the last.</param>
    /// <param name="pause">Milliseconds between two writes; 0 for none.</param>
    public static int Run(Framing framing, int chunks, int pause = 0)
    {
        ReadOnlyMemory<byte>[] lines = [.. RecordedReply.Lines.Take(chunks - 1), RecordedReply.Lines[^1]];
        byte[][] writes = framing is Framing.OneWrite ? [[.. Head, .. Chunk([.. lines.SelectMany(line => line.ToArray())]), .. End]]
            : [[.. Head], .. lines.Select(line => Chunk(line.Span)), [.. End]];
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        new Thread(() => Accept(listener, writes, pause)) { IsBackground = true }.Start();
        Console.WriteLine($"http://{listener.LocalEndpoint}/");
        Console.In.ReadToEnd();
        return 0;
    }

    private static void Accept(TcpListener listener, byte[][] writes, int pause)
    {
        while (true)
        {
            Socket connection = listener.AcceptSocket();
            new Thread(() => Answer(connection, writes, pause)) { IsBackground = true }.Start();
        }
    }

    private static void Answer(Socket connection, byte[][] writes, int pause)
    {
        using (connection)
        {
            connection.NoDelay = true;
            try
            {
                while (ReadRequest(connection))
                {
                    foreach (byte[] write in writes)
                    {
                        connection.Send(write);
                        if (pause > 0)
                        {
#pragma warning disable RS0030 // A thread for each connection, whose work is to wait between two pieces as a model does.
                            Thread.Sleep(pause);
#pragma warning restore RS0030
                        }
                    }
                }
            }
            catch (SocketException)
            {
                // The client hung up.
            }
        }
    }

    // The one thing it must know of a request is where it ends.
    private static bool ReadRequest(Socket connection)
    {
        byte[] request = new byte[4096];
        for (int length = 0, read; (read = connection.Receive(request.AsSpan(length))) > 0;)
        {
            length += read;
            string text = Encoding.ASCII.GetString(request, 0, length);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and int head && length == head + 4 + ContentLength(text))
            {
                return true;
            }
        }

        return false;
    }

    private static int ContentLength(string request)
    {
        const string name = "Content-Length: ";
        int start = request.IndexOf(name, StringComparison.OrdinalIgnoreCase) + name.Length;
        return int.Parse(request.AsSpan(start, request.IndexOf('\r', start) - start), CultureInfo.InvariantCulture);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> data) => [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
}
