using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Voice;

internal static class VoiceRegistration
{
    /// <summary>
    /// Needs storage, a <see cref="TimeProvider"/> and the workspace directory. Register it after the directory and
    /// before whatever begins calls or writes alerts: services stop in reverse order, and the last alerts need a
    /// writer.
    /// </summary>
    public static IServiceCollection AddVoice(this IServiceCollection services) => services
        .AddSingleton<JournalWriter>()
        .AddHostedService(provider => provider.GetRequiredService<JournalWriter>())
        .AddSingleton<AlertLog>()
        .AddHostedService<RoutingAlerts>()
        .AddSingleton<ITelephony, NoTelephony>()
        .AddSingleton<Switchboard>()
        .AddHostedService(provider => provider.GetRequiredService<Switchboard>());
}
