namespace TaskRouter.Server.Telemetry;

/// <summary>Who may read <c>/metrics</c>.</summary>
internal enum MetricsAccess
{
    /// <summary>The server's own account and its keys: the numbers are those of all accounts together.</summary>
    Account,

    /// <summary>Everybody who can reach the server.</summary>
    Open,

    /// <summary>Nobody: nothing is added up either.</summary>
    Off,
}

/// <param name="OtlpEndpoint">The collector's address; null for none.</param>
internal sealed record TelemetryOptions(MetricsAccess Metrics = MetricsAccess.Account, Uri? OtlpEndpoint = null);

internal static class TelemetryRegistration
{
    /// <summary>Register it first: services stop in reverse order, and the last numbers are sent at the end.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddMetrics().AddSingleton<Instruments>().AddSingleton<MetricTable>();
        return options.OtlpEndpoint is { } endpoint
            ? services.AddHostedService(_ => new OtlpExport(endpoint))
            : services;
    }
}
