using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Tests.Ollama.Servers;

/// <summary>What is read from a server's status.</summary>
public sealed class ServerStatusTests
{
    [Fact]
    public void The_digest_of_a_model_is_known_by_its_name_and_absent_where_the_server_told_none()
    {
        var status = new ServerStatus
        {
            Kind = ServerKind.Ollama,
            Models = [new OllamaModel { Name = "told:latest", Digest = "365c0bd3c000" }, new OllamaModel { Name = "silent:1b" }],
        };

        Assert.Equal("365c0bd3c000", status.DigestOf("told"));
        Assert.Null(status.DigestOf("silent:1b"));
        Assert.Null(status.DigestOf("unknown"));
    }
}
