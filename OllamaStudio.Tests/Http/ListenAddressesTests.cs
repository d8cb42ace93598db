using System.Net;
using System.Net.Sockets;
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

    [Fact]
    public void Digits_that_it_listens_on_are_hosts_that_it_answers_to() => Assert.Equal(
        ["192.168.1.20", "[::1]", "127.0.0.1"],
        ListenAddresses.FindLiterals(Configuration(
            ("urls", "http://192.168.1.20:5080;http://*:1;http://0.0.0.0:2;http://[::]:3;http://studio.example:4;http://[::1]:5;no address"),
            ("Kestrel:Endpoints:Team:Url", "https://127.0.0.1:6"))));

    [Fact]
    public void A_port_that_somebody_listens_on_is_taken()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = FormattableString.Invariant($"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");

        Assert.Equal(taken, ListenAddresses.FindTaken(Configuration(("urls", "http://127.0.0.1:0;http://unix:/tmp/studio.sock;" + taken))));
        Assert.Equal(taken.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), ListenAddresses.FindTaken(Configuration(("urls", taken.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)))));
        Assert.Null(ListenAddresses.FindTaken(Configuration(("urls", "http://127.0.0.1:0"))));
    }

    private static IConfiguration Configuration(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, value.Value))).Build();
}
