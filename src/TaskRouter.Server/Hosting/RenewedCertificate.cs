using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TaskRouter.Server.Hosting;

/// <summary>
/// The certificate of the files that Kestrel's default certificate comes from, as soon as they have changed. Kestrel
/// reads them again for endpoints of its own configuration, and not for addresses that it is given otherwise.
/// </summary>
internal sealed partial class RenewedCertificate
{
    // The files are read whole: a time or a size can stay the same, and a link can lead elsewhere.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly string? _keyPath;
    private readonly string? _password;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    private string _seen;
    private long _looked;
    private int _isLooking;
    private volatile SslStreamCertificateContext? _current;

    private RenewedCertificate(string path, string? keyPath, string? password, TimeProvider time, ILogger log)
    {
        (_path, _keyPath, _password, _time, _log) = (path, keyPath, password, time, log);
        _looked = time.GetTimestamp();
        try
        {
            _seen = Fingerprint();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Kestrel reads them next, and says what is wrong.
            _seen = exception.Message;
        }
    }

    /// <summary>Null when no file is set, or when Kestrel reads it again by itself.</summary>
    public static RenewedCertificate? Of(IConfiguration kestrel, string root, TimeProvider time, ILogger log)
    {
        var certificate = kestrel.GetSection("Certificates:Default");
        return certificate["Path"] is { Length: > 0 } path && !kestrel.GetSection("Endpoints").GetChildren().Any()
            ? new RenewedCertificate(
                Path.Combine(root, path),
                certificate["KeyPath"] is { Length: > 0 } keyPath ? Path.Combine(root, keyPath) : null,
                certificate["Password"],
                time,
                log)
            : null;
    }

    /// <summary>What a new connection is shown; null while it is what Kestrel has read at the start.</summary>
    public SslStreamCertificateContext? Current()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _looked)) >= LookEvery
            && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            try
            {
                Look();
            }
            finally
            {
                Volatile.Write(ref _looked, _time.GetTimestamp());
                Volatile.Write(ref _isLooking, 0);
            }
        }

        return _current;
    }

    // What cannot be used is said once. It may be half written, or a key that waits for its certificate: it is tried
    // when it has changed again.
    private void Look()
    {
        try
        {
            var seen = Fingerprint();
            if (seen == _seen)
            {
                return;
            }

            _seen = seen;
            var renewed = Read();
            _current = renewed;
            var end = renewed.TargetCertificate.NotAfter.ToUniversalTime();
            Log.Renewed(_log, _path, end);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (_seen != exception.Message)
            {
                _seen = exception.Message;
                Log.NotRenewed(_log, exception, _path);
            }
        }
        catch (Exception exception)
            when (exception is CryptographicException or ArgumentException or InvalidOperationException)
        {
            Log.NotRenewed(_log, exception, _path);
        }
    }

    private string Fingerprint() => HashOf(_path) + (_keyPath is null ? "" : HashOf(_keyPath));

    private static string HashOf(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));

    private SslStreamCertificateContext Read()
    {
        var all = new X509Certificate2Collection();
        if (_keyPath is null)
        {
            all = X509CertificateLoader.LoadPkcs12CollectionFromFile(_path, _password);
            return Context(all.First(certificate => certificate.HasPrivateKey), all);
        }

        all.ImportFromPemFile(_path);
        return Context(
            string.IsNullOrEmpty(_password)
                ? X509Certificate2.CreateFromPemFile(_path, _keyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(_path, _password, _keyPath),
            all);
    }

    private static SslStreamCertificateContext Context(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        // Windows does not sign with a key that is nowhere but in memory.
        var usable = OperatingSystem.IsWindows()
            ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null)
            : certificate;
        return SslStreamCertificateContext.Create(usable, chain);
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Information, Message = "The certificate in {Path} was renewed; it ends at {End:u}.")]
        public static partial void Renewed(ILogger logger, string path, DateTime end);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "The certificate in {Path} has changed and cannot be used; the one before it is shown.")]
        public static partial void NotRenewed(ILogger logger, Exception exception, string path);
    }
}
