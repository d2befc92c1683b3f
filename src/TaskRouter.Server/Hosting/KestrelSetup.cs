using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace TaskRouter.Server.Hosting;

/// <summary>How the server listens. Every limit is stated, also where it is Kestrel's own default.</summary>
internal static class KestrelSetup
{
    /// <summary>Where an exception comes from when the server cannot listen as it was told to.</summary>
    public const string Assembly = "Microsoft.AspNetCore.Server.Kestrel.Core";

    // Finishing what was accepted, and then the loops' last batches. Less than a container platform's usual 30 s.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    // What a client has already sent beyond the body's limit is read and forgotten, so that it can read the refusal.
    private const int BodyBytesForgottenMax = 8 * 1024 * 1024;

    public static IWebHostBuilder UseTaskRouterKestrel(this IWebHostBuilder host, TaskRouterOptions options) => host
        .UseKestrelHttpsConfiguration()
        .UseUrls(options.Urls)
        .ConfigureServices(services =>
            services.Configure<HostOptions>(hosting => hosting.ShutdownTimeout = ShutdownTimeout))
        .ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            UseRenewedCertificate(context, kestrel);
            var limits = kestrel.Limits;
            limits.MaxConcurrentConnections = options.ConnectionsMax;
            limits.MaxRequestBodySize = (long)options.BodyBytesMax + BodyBytesForgottenMax;
            limits.MaxRequestLineSize = 16 * 1024;
            limits.MaxRequestHeadersTotalSize = 32 * 1024;
            limits.MaxRequestHeaderCount = 100;
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
            limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
            limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        });

    private static void UseRenewedCertificate(WebHostBuilderContext context, KestrelServerOptions kestrel)
    {
        var services = kestrel.ApplicationServices;
        if (RenewedCertificate.Of(
            context.Configuration.GetSection("Kestrel"),
            context.HostingEnvironment.ContentRootPath,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RenewedCertificate>>()) is not { } certificate)
        {
            return;
        }

        // Not a selector of certificates: that one cannot show a chain.
        kestrel.ConfigureHttpsDefaults(https => https.OnAuthenticate = (_, options) =>
            options.ServerCertificateContext = certificate.Current() ?? options.ServerCertificateContext);
    }
}
