using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Shouldly;
using TaskRouter.Server.Tests.Kill;
using Xunit;

namespace TaskRouter.Server.Tests;

/// <summary>TLS by Kestrel's own settings, with an authority that lives as long as a test.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Password = "of these tests";

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

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task A_renewed_certificate_is_shown_with_its_chain_to_who_connects_next()
    {
        WriteCertificate();
        await using var server = NewServer();
        server.Launch();
        await server.WaitUntilReadyAsync();
        var first = await ShownAsync(server);

        // The certificate comes before its key, and for a moment the two do not belong together.
        using var intermediate = NewIntermediate();
        var key = await File.ReadAllTextAsync(KeyPath, Stop);
        WriteCertificate(intermediate);
        var newKey = await File.ReadAllTextAsync(KeyPath, Stop);
        await File.WriteAllTextAsync(KeyPath, key, Stop);
        await UntilAsync(async () =>
        {
            (await ShownAsync(server)).ShouldBe(first);
            return server.Log.Contains("cannot be used", StringComparison.Ordinal);
        });

        await File.WriteAllTextAsync(KeyPath, newKey, Stop);
        await UntilAsync(async () => await ShownAsync(server) != first);

        // As tools for renewal do: a file beside it, and moved over it.
        var second = await ShownAsync(server);
        WriteCertificate(intermediate, ".new");
        File.Move(KeyPath + ".new", KeyPath, overwrite: true);
        File.Move(CertificatePath + ".new", CertificatePath, overwrite: true);
        await UntilAsync(async () => await ShownAsync(server) != second);

        server.Log.ShouldContain($"The certificate in {CertificatePath} was renewed");
        File.Delete(CertificatePath);
        await UntilAsync(async () =>
            await ShownAsync(server) is not null
            && server.Log.Contains("Could not find file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_renewed_file_with_a_password_is_shown_as_well()
    {
        WriteProtected();
        await using var server = new ServerProcess(_directory.Path, postgres: null, _authority)
        {
            Settings =
            {
                ["Kestrel__Certificates__Default__Path"] = CertificatePath,
                ["Kestrel__Certificates__Default__Password"] = Password,
            },
        };
        server.Launch();
        await server.WaitUntilReadyAsync();
        var first = await ShownAsync(server);

        WriteProtected();

        await UntilAsync(async () => await ShownAsync(server) != first);
    }

    /// <summary>The serial number of what a new connection is shown, which has to be trusted.</summary>
    private async Task<string> ShownAsync(ServerProcess server)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port, Stop);
        await using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { _authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
            Stop);
        return tls.RemoteCertificate.ShouldNotBeNull().GetSerialNumberString();
    }

    private static async Task UntilAsync(Func<Task<bool>> happened)
    {
        for (var waited = Stopwatch.StartNew(); !await happened(); await Task.Delay(100, Stop))
        {
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        }
    }

    private ServerProcess NewServer() => new(_directory.Path, postgres: null, _authority)
    {
        Settings =
        {
            ["Kestrel__Certificates__Default__Path"] = CertificatePath,
            ["Kestrel__Certificates__Default__KeyPath"] = KeyPath,
        },
    };

    private void WriteCertificate(X509Certificate2? intermediate = null, string suffix = "")
    {
        using var certificate = NewCertificate(intermediate ?? _authority);
        using var key = certificate.GetECDsaPrivateKey().ShouldNotBeNull();
        File.WriteAllText(
            CertificatePath + suffix, certificate.ExportCertificatePem() + "\n" + intermediate?.ExportCertificatePem());
        File.WriteAllText(KeyPath + suffix, key.ExportPkcs8PrivateKeyPem());
    }

    private void WriteProtected()
    {
        using var certificate = NewCertificate(_authority);
        File.WriteAllBytes(CertificatePath, certificate.Export(X509ContentType.Pkcs12, Password));
    }

    private X509Certificate2 NewCertificate(X509Certificate2 issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            issuer, _begin, _begin.AddMinutes(58), RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    private X509Certificate2 NewIntermediate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=TaskRouter tests between", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.Create(
            _authority, _begin, _begin.AddMinutes(59), RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }
}
