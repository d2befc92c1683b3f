namespace TaskRouter.Server;

/// <summary>
/// Where settings come from, weakest first: files, environment, command line. What nobody knows is an error.
/// </summary>
internal static class SettingSources
{
    public static readonly IReadOnlyList<string> Files = ["appsettings.json", "taskrouter.json"];

    public static IConfiguration Load(IReadOnlyList<string> args, List<string> problems)
    {
        var builder = new ConfigurationBuilder();
        foreach (var file in Files)
        {
            AddFile(builder, file, problems);
        }

        return builder
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables()
            .AddInMemoryCollection(ReadCommandLine(args, problems))
            .Build();
    }

    /// <summary>
    /// Names in the environment that look like settings and are none. No error: other programs may have theirs there.
    /// </summary>
    public static IReadOnlyList<string> UnknownInEnvironment() =>
    [
        .. Environment.GetEnvironmentVariables().Keys
            .Cast<string>()
            .Where(name => name.StartsWith(Setting.Prefix, StringComparison.OrdinalIgnoreCase))
            .Where(name => Find(name) is null)
            .Order(StringComparer.Ordinal),
    ];

    private static void AddFile(ConfigurationBuilder builder, string file, List<string> problems)
    {
        IConfigurationRoot content;
        try
        {
            content = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: true).Build();
        }
        catch (Exception exception)
            when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"{file}: {exception.InnerException?.Message ?? exception.Message}");
            return;
        }

        // Other sections are ASP.NET Core's own, such as Kestrel's certificates.
        problems.AddRange(content.GetChildren()
            .Where(entry => entry.Key.StartsWith(Setting.Prefix, StringComparison.OrdinalIgnoreCase))
            .Where(entry => Find(entry.Key) is null)
            .Select(entry => $"{file}: unknown setting {entry.Key}"));
        builder.AddConfiguration(content);
    }

    private static Dictionary<string, string?> ReadCommandLine(IReadOnlyList<string> args, List<string> problems)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < args.Count; index++)
        {
            var (option, value) = args[index].Split('=', 2) is [var name, var given]
                ? (name, given)
                : (args[index], null);
            if (Find(option) is not { } setting)
            {
                problems.Add($"unknown option {option}");
                continue;
            }

            value ??= ++index < args.Count ? args[index] : null;
            if (value is null)
            {
                problems.Add($"{option}: its value is missing");
                continue;
            }

            values[setting.Name] = value;
        }

        return values;
    }

    private static Setting? Find(string name) => Settings.All.FirstOrDefault(setting =>
        setting.Option == name || setting.Name.Equals(name.TrimStart('-'), StringComparison.OrdinalIgnoreCase));
}
