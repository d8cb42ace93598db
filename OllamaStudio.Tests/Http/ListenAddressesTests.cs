using Microsoft.Extensions.Configuration;
using OllamaStudio.Http;

namespace OllamaStudio.Tests.Http;

public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("http://127.0.0.2:0")]
    [InlineData("http://LOCALHOST:5080")]
    [InlineData("https://[::1]:5080")]
    [InlineData("http://unix:/tmp/studio.sock")]
    [InlineData("http://localhost:5080;http://127.0.0.1:5081; ")]
    [InlineData("")]
    [InlineData(null)]
    public void Loopback_is_loopback(string? urls) => Assert.Null(ListenAddresses.FindBeyondLoopback(Configuration(("urls", urls))));

    [Theory]
    [InlineData("http://*:5080")]
    [InlineData("http://+:5080")]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://0:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://192.168.1.20:5080")]
    [InlineData("https://studio.example:5080")]
    [InlineData("http://localhost.example:5080")]
    [InlineData("no address")]
    public void Everything_else_is_not(string url)
    {
        Assert.Equal(url, ListenAddresses.FindBeyondLoopback(Configuration(("urls", "http://localhost:1;" + url))));
        Assert.Equal(url, ListenAddresses.FindBeyondLoopback(Configuration(("urls", "http://localhost:1"), ("Kestrel:Endpoints:Team:Url", url))));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080")]
    [InlineData("http://[::1]:5080/", "http://[::1]:5080")]
    [InlineData("http://[::]:5080", "http://localhost:5080")]
    [InlineData("https://0.0.0.0:5080", "https://localhost:5080")]
    [InlineData("http://192.168.1.20:5080", "http://192.168.1.20:5080")]
    [InlineData("http://unix:/tmp/studio.sock", null)]
    public void An_address_to_open_is_one_that_a_browser_can_open(string listening, string? expected) => Assert.Equal(expected, ListenAddresses.ToOpen(listening));

    private static IConfiguration Configuration(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, value.Value))).Build();
}
