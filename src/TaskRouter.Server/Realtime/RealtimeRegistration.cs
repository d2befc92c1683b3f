using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

internal static class RealtimeRegistration
{
    // Finds peers that are gone without a word; clients answer by themselves.
    private static readonly TimeSpan PingPause = TimeSpan.FromSeconds(30);

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

    /// <summary>Takes handshakes at agents' address, and looks at no other request.</summary>
    public static void UseAgentSockets(this IApplicationBuilder app) => app.UseWhen(
        static context => context.Request.Path.StartsWithSegments(AgentApi.Path, StringComparison.OrdinalIgnoreCase),
        static agents => agents.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = PingPause,
            KeepAliveTimeout = PingPause,
        }));

    public static void MapRealtime(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        services.GetRequiredService<AgentApi>().Map(endpoints);
        services.GetRequiredService<LegacyApi>().Map(endpoints);
        services.GetRequiredService<FeedApi>()
            .Map(new Routes(endpoints, services.GetRequiredService<ApiServices>(), FeedApi.Path));
    }
}
