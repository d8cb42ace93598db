using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A receiver over TLS with a certificate of nobody's, which asks for one of the studio's.</summary>
[Collection("telemetry")]
public sealed class ExportCertificatesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ollama-studio-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Its_own_issuer_is_trusted_and_it_is_shown_the_studios_certificate()
    {
        using var issuer = Make("CN=issuer", isIssuer: true);
        using var server = Make("CN=localhost", issuer: issuer);
        using var client = Make("CN=studio", issuer: issuer);
        string? shown = null;
        await using var receiver = await StartAsync(server, context => shown = context.Connection.ClientCertificate?.Subject);
        var trusting = new DestinationSettings { Endpoint = receiver.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal), CertificateFile = Write("ca.pem", issuer.ExportCertificatePem()) };

        Assert.Equal(TestExportOutcome.Unreachable, (await SendAsync(trusting with { CertificateFile = null })).Outcome);
        Assert.Equal(TestExportOutcome.Accepted, (await SendAsync(trusting)).Outcome);
        Assert.Null(shown);
        Assert.Equal(TestExportOutcome.Accepted, (await SendAsync(trusting with
        {
            ClientCertificateFile = Write("me.pem", client.ExportCertificatePem()), ClientKeyFile = Write("me.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
        })).Outcome);
        Assert.Equal("CN=studio", shown);
    }

    [Fact]
    public async Task A_file_that_is_no_certificate_is_told_and_keeps_no_other_destination_from_sending()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            MoreDestinations = [new() { Id = "broken", Name = "Broken", Endpoint = "https://localhost:1", CertificateFile = Write("none.pem", "no certificate") }],
        });

        ExportRig.Emit("one");
        await rig.Receiver.WaitForAsync(span => span.Name == "one");
        var status = rig.Pipeline.StatusOf("broken");
        Assert.Equal(ExportState.Failing, status.State);
        Assert.Contains("none.pem", status.LastError, StringComparison.Ordinal);
        Assert.Contains("a certificate could not be read", (await rig.Pipeline.SendTestSpanAsync("broken", CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_while_a_certificate_cannot_be_read_is_kept_and_sent_when_it_can()
    {
        var (clock, path) = (new PauseClock(), Path.Combine(_folder.FullName, "late.pem"));
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { CertificateFile = path } }, clock, new DataFolder(Path.Combine(_folder.FullName, "data")));
        var stalled = new StalledExport(rig.Pipeline);

        ExportRig.Emit("one");
        var status = await rig.WaitForStatusAsync(static status => status is { State: ExportState.Failing, Waiting: 1 });
        Assert.Contains("late.pem", status.LastError, StringComparison.Ordinal);
        stalled.Look(clock.GetUtcNow());
        Assert.Equal(6, Assert.Single(stalled.Look(clock.GetUtcNow() + TimeSpan.FromMinutes(6))).Figure.Value);
        rig.Pipeline.TryNow();
        Assert.Equal((0, 1L), (rig.Receiver.Requests, rig.Pipeline.Books.Destinations[0].Kept));
        Assert.True(SpinWait.SpinUntil(() => rig.Pipeline.Books.Destinations[0].SpoolFiles == 1, OtlpReceiver.Guard));

        using var issuer = Make("CN=issuer", isIssuer: true);
        Write("late.pem", issuer.ExportCertificatePem());
        await clock.FireAsync(TimeSpan.FromSeconds(30));
        await rig.Receiver.WaitForAsync(static span => span.Name == "one");
        await rig.WaitForStatusAsync(static status => status is { State: ExportState.Healthy, Waiting: 0, Exported: 1 });
    }

    // Metrics and logs read them too, at the start, and by the timer that looks for a file that is missing: what escaped there ended the studio.
    [Fact]
    public async Task A_key_of_a_kind_that_this_machine_does_not_know_is_told_as_a_file_that_cannot_be_read()
    {
        var unknown = new Oid("2.16.840.1.101.3.4.3.18"); // ML-DSA-65, which not every OpenSSL has
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest(new X500DistinguishedName("CN=new"), new PublicKey(unknown, parameters: null, new AsnEncodedData(unknown, new byte[1_952])), HashAlgorithmName.SHA256)
            .Create(new X500DistinguishedName("CN=new"), X509SignatureGenerator.CreateForECDsa(signing), TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(9), [1]);
        var own = new DestinationSettings
        {
            Id = "new", Name = "New", Endpoint = "https://localhost:1", Kind = DestinationKind.Other, Metrics = true, Logs = true,
            ClientCertificateFile = Write("new.pem", certificate.ExportCertificatePem()), ClientKeyFile = Write("new.key", signing.ExportPkcs8PrivateKeyPem()),
        };
        await using var rig = await ExportRig.StartAsync(settings => settings with { MoreDestinations = [own] });

        ExportRig.Emit("one");
        await rig.Receiver.WaitForAsync(static span => span.Name == "one");
        Assert.Contains("a certificate could not be read", rig.Pipeline.StatusOf("new").LastError, StringComparison.Ordinal);
    }

    private static Task<TestExportResult> SendAsync(DestinationSettings destination) =>
        new TestSpanSender(TimeProvider.System).SendAsync(new TelemetrySettings(), destination, null, CancellationToken.None);

    private static async Task<WebApplication> StartAsync(X509Certificate2 certificate, Action<HttpContext> seen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        var app = builder.Build();
        app.MapPost("/v1/traces", seen);
        await app.StartAsync();
        return app;
    }

    private static X509Certificate2 Make(string subject, X509Certificate2? issuer = null, bool isIssuer = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isIssuer, hasPathLengthConstraint: false, 0, critical: true));
        var (from, until) = (TimeProvider.System.GetUtcNow().AddDays(-2), TimeProvider.System.GetUtcNow().AddDays(isIssuer ? 20 : 10));
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, until);
        }

        using var bare = request.Create(issuer, from, until, RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
