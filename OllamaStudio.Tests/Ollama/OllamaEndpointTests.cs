using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Ollama;

public class OllamaEndpointTests
{
    [Theory]
    [InlineData(null, "http://localhost:11434/")]
    [InlineData("", "http://localhost:11434/")]
    [InlineData("  ", "http://localhost:11434/")]
    [InlineData("localhost", "http://localhost:11434/")]
    [InlineData("gpu-box", "http://gpu-box:11434/")]
    [InlineData("gpu_box.lan:1234", "http://gpu_box.lan:1234/")]
    [InlineData("192.168.1.7", "http://192.168.1.7:11434/")]
    [InlineData("192.168.1.7:80", "http://192.168.1.7/")]
    [InlineData("http://example.com", "http://example.com/")]
    [InlineData("HTTP://Example.com:11434", "http://example.com:11434/")]
    [InlineData("https://example.com", "https://example.com/")]
    [InlineData("https://example.com:8443", "https://example.com:8443/")]
    [InlineData(":1234", "http://127.0.0.1:1234/")]
    [InlineData("http://:1234", "http://127.0.0.1:1234/")]
    [InlineData("localhost:", "http://localhost:11434/")]
    [InlineData("0.0.0.0", "http://127.0.0.1:11434/")]
    [InlineData("0.0.0.0:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://0.0.0.0", "http://127.0.0.1/")]
    [InlineData("::", "http://[::1]:11434/")]
    [InlineData("[::]:8080", "http://[::1]:8080/")]
    [InlineData("::1", "http://[::1]:11434/")]
    [InlineData("[::1]", "http://[::1]:11434/")]
    [InlineData("[::1]:8080", "http://[::1]:8080/")]
    [InlineData("http://[2001:db8::7]", "http://[2001:db8::7]/")]
    [InlineData("2001:db8::7", "http://[2001:db8::7]:11434/")]
    [InlineData("https://example.com/ollama", "https://example.com/ollama/")]
    [InlineData("example.com:1234/a/b/", "http://example.com:1234/a/b/")]
    [InlineData("\"http://localhost:11434\"", "http://localhost:11434/")]
    [InlineData(" 'localhost:11434' ", "http://localhost:11434/")]
    [InlineData("ollama.com", "https://ollama.com/")]
    public void Every_form_that_Ollama_takes_becomes_an_address_to_connect_to(string? host, string address)
    {
        Assert.True(OllamaEndpoint.TryParse(host, out OllamaEndpoint endpoint, out string error), error);
        Assert.Equal(address, endpoint.BaseAddress.AbsoluteUri);
        Assert.Equal("", error);
    }

    [Theory]
    [InlineData("ftp://localhost", "ftp")]
    [InlineData("localhost:http", "http")]
    [InlineData("localhost:0", "0")]
    [InlineData("localhost:65536", "65536")]
    [InlineData("localhost:-1", "-1")]
    [InlineData("my server", "my server")]
    [InlineData("http://user:secret@localhost", "user name")]
    [InlineData("http://localhost/?a=b", "“?”")]
    [InlineData("1:2:3", "1:2:3")]
    public void What_is_no_address_is_refused_with_a_reason_that_names_the_fault(string host, string reason)
    {
        Assert.False(OllamaEndpoint.TryParse(host, out _, out string error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<FormatException>(() => OllamaEndpoint.Parse(host)).Message);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("[::]", true)]
    [InlineData("127.0.0.2", true)]
    [InlineData("gpu-box", false)]
    public void A_server_on_this_machine_is_known_as_such(string host, bool isLoopback) =>
        Assert.Equal(isLoopback, OllamaEndpoint.Parse(host).IsLoopback);
}
