using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Microsoft.Playwright;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What the first page costs: every file that a browser with an empty cache asks a built, unpublished studio for.</summary>
[Collection(BrowserCollection.Name)]
public class FirstPageTests(BrowserFixture browser)
{
    private const int MostBytes = 200_000;

    /// <summary>A smaller file hardly shrinks.</summary>
    private const int Large = 2_000;

    private static readonly string[] Encodings = ["br", "gzip"];

    [Fact]
    public async Task No_file_is_empty_or_large_and_plain_and_all_together_stay_below_200_KB()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        var files = await ReloadAsync(page.Page);

        // A browser without windows asks for no icon.
        foreach (var name in new[] { "/_framework/blazor.web.", "/OllamaStudio.", "/css/base.", "/_content/MudBlazor/MudBlazor.min.css", "/js/studio.", "SpanTreeGrid.razor.js" })
        {
            Assert.Contains(files, file => file.Path.Contains(name, StringComparison.Ordinal));
        }

        Assert.All(files, file => Assert.True(Encodings.All(file.Asked.Split(", ").Contains), $"{file.Path} was asked for in {file.Asked}"));
        Assert.All(files, file => Assert.True(file is { Status: 200, Bytes: > 0 }, $"{file.Path}: {file.Status}, {file.Bytes} bytes"));
        // Smaller, too: gzip can hold a file as it was, and then says that it is compressed.
        Assert.All(files.Where(file => file.Length >= Large), file => Assert.True(
            Encodings.Contains(file.Encoding) && file.Bytes < file.Length * 3 / 4, $"{file.Path}: {file.Bytes} bytes, {file.Encoding ?? "plain"}, of {file.Length}"));
        Assert.True(files.Sum(file => file.Bytes) < MostBytes, string.Join('\n', files));
        page.AssertNoComplaints();
    }

    /// <summary>Outside Development an unpublished app answers for the script with 200 and 0 bytes, unless static web assets are switched on.</summary>
    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task The_script_that_runs_the_page_is_there_in_every_environment(string environment)
    {
        await using var studio = await StudioProcess.StartAsync(("ASPNETCORE_ENVIRONMENT", environment));
        using var client = studio.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_framework/blazor.web.js") { Headers = { { "Accept-Encoding", "gzip" } } };

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var script = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(script);
        Assert.InRange((await reader.ReadToEndAsync()).Length, 100_000, 1_000_000);
    }

    private static async Task<IReadOnlyList<LoadedFile>> ReloadAsync(IPage page)
    {
        var network = await page.Context.NewCDPSessionAsync(page);
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        var finished = new ConcurrentQueue<IRequest>();
        page.RequestFinished += (_, request) => finished.Enqueue(request);
        var last = page.WaitForRequestFinishedAsync(new() { Predicate = static request => request.Url.Contains("SpanTreeGrid.razor.js", StringComparison.Ordinal) });
        await page.ReloadAsync();
        await page.Locator(".studio").WaitForAsync();
        await last; // which the server asks for, once it has drawn
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return await Task.WhenAll(finished.Where(request => request.Method == HttpMethod.Get.Method).Select(LoadedFile.OfAsync));
    }

    /// <summary>One answer: bytes as transferred, length as decoded, the encoding it came in and those that were asked for.</summary>
    private sealed record LoadedFile(string Path, int Status, long Bytes, long Length, string? Encoding, string Asked)
    {
        public static async Task<LoadedFile> OfAsync(IRequest request)
        {
            var response = (await request.ResponseAsync())!;
            return new LoadedFile(
                new Uri(request.Url).AbsolutePath, response.Status, (await request.SizesAsync()).ResponseBodySize, (await response.BodyAsync()).Length,
                await response.HeaderValueAsync("content-encoding"), await request.HeaderValueAsync("accept-encoding") ?? "nothing");
        }
    }
}
