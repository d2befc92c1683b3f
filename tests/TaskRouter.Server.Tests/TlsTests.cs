using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Shouldly;
using TaskRouter.Server.Tests.Kill;
using Xunit;

namespace TaskRouter.Server.Tests;

/// <summary>TLS by Kestrel's own settings, with an authority that lives as long as a test.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset _begin = TimeProvider.System.GetUtcNow().AddMinutes(-5);
    private readonly X509Certificate2 _authority;

    public TlsTests()
    {
        var request = new CertificateRequest("CN=TaskRouter tests", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(_begin, _begin.AddHours(1));
    }

    private string CertificatePath => Path.Combine(_directory.Path, "server.pem");

    private string KeyPath => Path.Combine(_directory.Path, "server.key");

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_client_that_trusts_the_authority_is_served_and_no_other()
    {
        WriteCertificate();
        await using var server = NewServer();
        server.Launch();
        await server.WaitUntilReadyAsync();

        var workspaces = await server.Http.GetStringAsync("/v1/Workspaces");
        using var stranger = new HttpClient();
        var refused = await Should.ThrowAsync<HttpRequestException>(
            () => stranger.GetAsync(new Uri(server.Address + "/v1/Workspaces")));

        workspaces.ShouldContain($"\"first_page_url\":\"{server.Address}/v1/Workspaces?");
        refused.HttpRequestError.ShouldBe(HttpRequestError.SecureConnectionError);
    }

    [Fact]
    public async Task The_probe_asks_over_tls_as_well()
    {
        WriteCertificate();
        await using var server = NewServer();
        server.Launch();
        await server.WaitUntilReadyAsync();

        (await HealthCheck.RunAsync([HealthCheck.Argument, "--urls", server.Address])).ShouldBe(0);
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_is_said_in_one_line()
    {
        await using var server = NewServer();
        server.Launch();

        await Should.ThrowAsync<InvalidOperationException>(server.WaitUntilReadyAsync);

        server.Log.ShouldContain("TaskRouter cannot start:");
        server.Log.ShouldContain(CertificatePath);
        server.Log.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_certificate_that_is_none_is_said_in_one_line()
    {
        await File.WriteAllTextAsync(CertificatePath, "not a certificate");
        await File.WriteAllTextAsync(KeyPath, "not a key");
        await using var server = NewServer();
        server.Launch();

        await Should.ThrowAsync<InvalidOperationException>(server.WaitUntilReadyAsync);

        server.Log.ShouldContain("TaskRouter cannot start:");
        server.Log.ShouldNotContain("   at ");
    }

    private ServerProcess NewServer() => new(_directory.Path, postgres: null, _authority)
    {
        Settings =
        {
            ["Kestrel__Certificates__Default__Path"] = CertificatePath,
            ["Kestrel__Certificates__Default__KeyPath"] = KeyPath,
        },
    };

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _authority, _begin, _begin.AddMinutes(59), RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }
}
