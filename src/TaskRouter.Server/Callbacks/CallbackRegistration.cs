namespace TaskRouter.Server.Callbacks;

internal static class CallbackRegistration
{
    /// <summary>
    /// Needs the accounts, a <see cref="TimeProvider"/>, the workspace directory and voice. Register it after
    /// them: services stop in reverse order, and the last answers need a loop that still takes commands.
    /// </summary>
    public static IServiceCollection AddAssignmentCallbacks(
        this IServiceCollection services, AssignmentCallbackOptions? options = null, ReceiverRules? rules = null) =>
        services
        .AddSingleton(options ?? new AssignmentCallbackOptions())
        .AddSingleton(rules ?? ReceiverRules.Default)
        .AddSingleton<CallbackSender>()
        .AddHostedService<AssignmentCallbacks>();

    /// <summary>Needs assignment callbacks, whose sender it shares, and the event log.</summary>
    public static IServiceCollection AddEventCallbacks(
        this IServiceCollection services, EventCallbackOptions options) => services
        .AddSingleton(options)
        .AddSingleton<EventCallbacks>()
        .AddHostedService(provider => provider.GetRequiredService<EventCallbacks>());
}
