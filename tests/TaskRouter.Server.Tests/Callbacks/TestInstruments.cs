using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Tests.Callbacks;

internal static class TestInstruments
{
    /// <summary>Instruments that nobody listens to.</summary>
    public static Instruments Create() =>
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
}
