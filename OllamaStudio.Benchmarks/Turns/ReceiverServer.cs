using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>
/// A receiver that looks like Phoenix to whoever sends, in a process of its own: takes every request of spans without looking into it, and says
/// of every span that it is asked for that it is stored.
/// </summary>
internal static class ReceiverServer
{
    /// <summary>The first argument that makes this program such a server.</summary>
    public const string Verb = "serve-receiver";

    private static readonly byte[] s_version = "20.3.0"u8.ToArray();

    /// <summary>Writes its address to the standard output and serves until the standard input ends.</summary>
    public static int Run()
    {
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        _ = ServeAsync(listener);
        Console.WriteLine(address);
        Console.In.ReadToEnd();
        return 0;
    }

    private static async Task ServeAsync(HttpListener listener)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var context = await listener.GetContextAsync();
            while (await context.Request.InputStream.ReadAsync(buffer) > 0)
            {
            }

            var answer = context.Request.Url!.AbsolutePath switch
            {
                "/v1/traces" => [],
                "/arize_phoenix_version" => s_version,
                _ => Stored(context.Request.QueryString.GetValues("span_id") ?? []),
            };
            context.Response.ContentType = context.Request.HttpMethod is "POST" ? "application/x-protobuf" : "application/json";
            context.Response.ContentLength64 = answer.Length;
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
    }

    private static byte[] Stored(string[] ids) =>
        Encoding.UTF8.GetBytes("{\"data\":[" + string.Join(',', ids.Select(static id => $"{{\"context\":{{\"span_id\":\"{id}\"}}}}")) + "],\"next_cursor\":null}");

    private static string FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
