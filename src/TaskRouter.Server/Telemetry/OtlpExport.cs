using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace TaskRouter.Server.Telemetry;

/// <summary>
/// Sends measurements to a collector, once a minute and when the server stops. Headers, intervals and the name of the
/// service are set as for any program with OpenTelemetry: <c>OTEL_EXPORTER_OTLP_HEADERS</c> and so on.
/// https://opentelemetry.io/docs/specs/otel/protocol/exporter/
/// </summary>
internal sealed class OtlpExport(Uri endpoint) : IHostedService, IDisposable
{
    private const string MetricsPath = "v1/metrics";

    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("taskrouter"))
            .AddMeter([.. MetricTable.Meters])
            .AddOtlpExporter(otlp =>
            {
                otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
                otlp.Endpoint = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + MetricsPath);
            })
            .Build();
        return Task.CompletedTask;
    }

    // Disposing sends what there is, and gives the collector some seconds.
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Dispose, cancellationToken);

    public void Dispose() => Interlocked.Exchange(ref _provider, null)?.Dispose();
}
