using System.Data.Common;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using TaskRouter.Server.Access;
using TaskRouter.Server.Api;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Callbacks;
using TaskRouter.Server.Flex;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Realtime;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;
using TaskRouter.Server.Voice;

namespace TaskRouter.Server;

internal static partial class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [HealthCheck.Argument, ..]:
                return await HealthCheck.RunAsync(args);
            case ["--help" or "-h", ..]:
                Console.WriteLine(Settings.Help());
                return 0;
            case ["--version", ..]:
                Console.WriteLine(typeof(Program).Assembly
                    .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
                return 0;
        }

        var problems = new List<string>();
        var options = Settings.Read(SettingSources.Load(args, problems), problems);
        if (problems.Count > 0)
        {
            return Fail(problems);
        }

        try
        {
            PrivateFile.MakeDirectory(options.DataDirectory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail([$"TASKROUTER_DATA_DIR: {options.DataDirectory} cannot be a directory: {exception.Message}"]);
        }

        try
        {
            var account = options.Account ?? FirstStart.LoadOrMakeAccount(options);
            await using var app = Build(options, account);
            WarnOfUnknownSettings(app.Logger);
            var directory = app.Services.GetRequiredService<WorkspaceDirectory>();
            await app.RunAsync();
            return directory.HasLostWorkspace ? 1 : 0;
        }
        catch (OperationCanceledException)
        {
            // Told to stop before it had started: while it stood by for another server, for one.
            return 0;
        }
        catch (SocketException exception)
        {
            return Fail([$"urls: cannot listen on {options.Urls} or Kestrel:Endpoints: {exception.Message}"]);
        }
        catch (Exception exception) when (exception
            is IOException or InvalidDataException or UnauthorizedAccessException or DbException
            or InvalidOperationException { InnerException: DbException }
            or InvalidOperationException { Source: KestrelSetup.Assembly } or CryptographicException)
        {
            // The surroundings are not as they should be: an address in use, a database away, a directory closed, a
            // certificate that is none.
            return Fail([exception.Message]);
        }
    }

    /// <summary>The whole server, put together and not yet started.</summary>
    internal static WebApplication Build(TaskRouterOptions options, Account account, TimeProvider? time = null)
    {
        // Settings are read once. To notice a changed file, .NET would have the system tell it of every write in the
        // directory, and the database's are thousands in a second.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        foreach (var file in SettingSources.Files)
        {
            builder.Configuration.AddJsonFile(Path.GetFullPath(file), optional: true);
        }

        // Again, because what comes last is the strongest: Kestrel's own settings as well as ours.
        builder.Configuration.AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables();

        ConsoleLog.Use(builder.Logging, options);
        builder.WebHost.UseTaskRouterKestrel(options);
        builder.Services
            .AddSingleton(time ?? new SteadyTime(TimeProvider.System))
            .AddTelemetry(options.Telemetry)
            .AddAccess(options, account)
            .AddSingleton(options.Limits)
            .AddSingleton<WorkspaceRouterFactory>()
            .AddStorage(new StorageOptions(options.DataDirectory, options.PostgresConnectionString))
            .AddHostedService<DatabaseOwnership>()
            .AddSingleton<WorkspaceDirectory>()
            .AddHostedService(services => services.GetRequiredService<WorkspaceDirectory>())
            .AddHostedService(services => services.GetRequiredService<ApiKeys>())
            .AddSingleton<FlexConfigurations>()
            .AddVoice()
            .AddAssignmentCallbacks(options.Callbacks, options.Receivers)
            .AddEventCallbacks(options.EventCallbacks)
            .AddSingleton(services => new RateLimits(
                options.RateLimitPerSecond, services.GetRequiredService<ApiKeys>()))
            .AddRealtime(options.Agents)
            .AddSingleton(options.Retention)
            .AddSingleton<Retention>()
            .AddHostedService(services => services.GetRequiredService<Retention>())
            .AddSingleton(options.HourlySums)
            .AddSingleton<HourlySums>()
            .AddHostedService(services => services.GetRequiredService<HourlySums>())
            .AddSingleton(services => new ApiServices(
                services.GetRequiredService<WorkspaceDirectory>(),
                services.GetRequiredService<EventLog>(),
                services.GetRequiredService<JournalTables>(),
                services.GetRequiredService<Switchboard>(),
                services.GetRequiredService<ApiKeys>(),
                services.GetRequiredService<FlexConfigurations>(),
                services.GetRequiredService<TimeProvider>(),
                options.PublicUrl,
                options.BodyBytesMax));

        var app = builder.Build();
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<CrossOrigin>();
        app.UseMiddleware<Refusals>();
        app.UseDocumentPage();
        app.UseAgentSockets();
        app.UseMiddleware<LegacyEnvelopes>();
        app.UseRouting();
        app.UseMiddleware<Credentials>();
        app.UseMiddleware<RateLimiting>();
        app.MapHealth();
        app.MapMetrics(options.Telemetry.Metrics, account.Sid);
        app.MapDocument();
        app.MapTaskRouterApi();
        app.MapKeysApi();
        app.MapConfigurationApi();
        app.MapRealtime();
        return app;
    }

    private static void WarnOfUnknownSettings(ILogger log)
    {
        foreach (var name in SettingSources.UnknownInEnvironment())
        {
            Log.UnknownSetting(log, name);
        }
    }

    private static int Fail(IReadOnlyList<string> problems)
    {
        Console.Error.WriteLine("TaskRouter cannot start:");
        foreach (var problem in problems)
        {
            Console.Error.WriteLine($"  - {problem}");
        }

        Console.Error.WriteLine("TaskRouter.Server --help lists every setting.");
        return 1;
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "{Name} in the environment is no setting and does nothing; --help lists the settings.")]
        public static partial void UnknownSetting(ILogger logger, string name);
    }
}
