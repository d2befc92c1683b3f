namespace TaskRouter.Server.Realtime;

internal static class RealtimeRegistration
{
    /// <summary>Agents' sockets and requests.</summary>
    public static IServiceCollection AddRealtime(this IServiceCollection services, AgentOptions options) => services
        .AddSingleton(options)
        .AddSingleton<AgentSockets>()
        .AddHostedService(provider => provider.GetRequiredService<AgentSockets>())
        .AddSingleton<Presence>()
        .AddHostedService(provider => provider.GetRequiredService<Presence>())
        .AddSingleton<AgentRequests>()
        .AddSingleton<AgentApi>();

    public static void MapRealtime(this IEndpointRouteBuilder endpoints) =>
        endpoints.ServiceProvider.GetRequiredService<AgentApi>().Map(endpoints);
}
