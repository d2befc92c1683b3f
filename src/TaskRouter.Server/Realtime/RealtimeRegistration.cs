using TaskRouter.Server.Api.Wire;

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
        .AddSingleton<AgentHandshake>()
        .AddSingleton<AgentApi>()
        .AddSingleton<LegacyApi>()
        .AddSingleton<Feeds>()
        .AddHostedService(provider => provider.GetRequiredService<Feeds>())
        .AddSingleton<FeedApi>();

    public static void MapRealtime(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        services.GetRequiredService<AgentApi>().Map(endpoints);
        services.GetRequiredService<LegacyApi>().Map(endpoints);
        services.GetRequiredService<FeedApi>()
            .Map(new Routes(endpoints, services.GetRequiredService<ApiServices>(), FeedApi.Path));
    }
}
