namespace TaskRouter.Server.Callbacks;

internal static class AssignmentCallbackRegistration
{
    /// <summary>
    /// Needs the accounts, a <see cref="TimeProvider"/> and the workspace directory. Register it after the
    /// directory: services stop in reverse order, and the last answers need a loop that still takes commands.
    /// </summary>
    public static IServiceCollection AddAssignmentCallbacks(
        this IServiceCollection services, AssignmentCallbackOptions? options = null) => services
        .AddSingleton(options ?? new AssignmentCallbackOptions())
        .AddSingleton<CallbackSender>()
        .AddHostedService<AssignmentCallbacks>();
}
