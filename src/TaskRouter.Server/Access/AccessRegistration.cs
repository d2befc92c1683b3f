namespace TaskRouter.Server.Access;

internal static class AccessRegistration
{
    /// <summary>
    /// Who may do what. Start <see cref="ApiKeys"/> after the workspaces, which bring the schema up to date.
    /// </summary>
    public static IServiceCollection AddAccess(
        this IServiceCollection services, TaskRouterOptions options, Account account) => services
        .AddSingleton(new AccountDirectory(
        [
            account with { SecondaryAuthToken = options.SecondaryAuthToken ?? account.SecondaryAuthToken },
            .. options.FurtherAccounts,
        ]))
        .AddSingleton<CredentialTable>()
        .AddSingleton(_ => SecretBox.Open(options.DataDirectory))
        .AddSingleton<ApiKeys>()
        .AddSingleton<TokenReader>();
}
