using System.Net;
using Microsoft.Extensions.Configuration;
using Serilog.Events;
using Shouldly;
using TaskRouter.Server.Access;
using TaskRouter.Server.Telemetry;
using Xunit;

namespace TaskRouter.Server.Tests;

public sealed class SettingsTests
{
    private const string AccountSid = "AC0123456789abcdef0123456789abcdef";

    [Fact]
    public void Without_settings_the_server_listens_to_this_machine_alone_and_uses_SQLite()
    {
        var options = Read([]);

        options.Urls.ShouldBe("http://127.0.0.1:8080");
        options.DataDirectory.ShouldBe("./data");
        options.PostgresConnectionString.ShouldBeNull();
        options.Account.ShouldBeNull();
    }

    [Fact]
    public void Settings_are_read()
    {
        var options = Read(new()
        {
            ["TASKROUTER_ACCOUNT_SID"] = AccountSid,
            ["TASKROUTER_AUTH_TOKEN"] = "secret",
            ["TASKROUTER_DATA_DIR"] = "/srv/data",
            ["TASKROUTER_POSTGRES"] = "Host=db;Database=tr",
            ["TASKROUTER_PUBLIC_URL"] = "https://tr.example.com/",
            ["TASKROUTER_LOG_FORMAT"] = "JSON",
            ["TASKROUTER_LOG_LEVEL"] = "warning",
            ["TASKROUTER_LIMIT_WORKERS"] = "150000",
            ["TASKROUTER_LIMIT_ENDED_TASK_SECONDS"] = "60",
            ["TASKROUTER_CALLBACK_ALLOW"] = "*.example.com, 10.0.0.0/8",
            ["TASKROUTER_CALLBACK_DENY"] = "10.1.0.0/16",
            ["TASKROUTER_METRICS"] = "Open",
            ["TASKROUTER_OTLP_ENDPOINT"] = "http://collector:4318/",
            ["urls"] = "http://*:80;http://localhost:81",
        });

        options.Account!.Sid.ToString().ShouldBe(AccountSid);
        options.Account.AuthToken.ShouldBe("secret");
        options.DataDirectory.ShouldBe("/srv/data");
        options.PostgresConnectionString.ShouldBe("Host=db;Database=tr");
        options.PublicUrl.ShouldBe("https://tr.example.com");
        options.LogsJson.ShouldBeTrue();
        options.LogLevel.ShouldBe(LogEventLevel.Warning);
        options.Limits.WorkersMax.ShouldBe(150_000);
        options.Limits.EndedTaskVisibility.ShouldBe(TimeSpan.FromMinutes(1));
        options.Receivers.Allow("a.example.com", IPAddress.Loopback).ShouldBeTrue();
        options.Receivers.Allow("example.com", IPAddress.Loopback).ShouldBeFalse();
        options.Receivers.Allow("example.com", IPAddress.Parse("10.2.0.0")).ShouldBeTrue();
        options.Receivers.Allow("example.com", IPAddress.Parse("10.1.0.0")).ShouldBeFalse();
        options.Telemetry.ShouldBe(new TelemetryOptions(MetricsAccess.Open, new Uri("http://collector:4318")));
        options.Urls.ShouldBe("http://*:80;http://localhost:81");
    }

    [Fact]
    public void Every_setting_reaches_an_option_of_its_own()
    {
        var reached = Settings.All
            .Where(setting => setting.Name.Contains("LIMIT", StringComparison.Ordinal))
            .Select(setting => setting.Apply(new TaskRouterOptions(), "177"))
            .ToList();

        reached.ShouldNotContain(new TaskRouterOptions());
        reached.ShouldBeUnique();
        reached.Count.ShouldBe(22);
    }

    [Theory]
    [InlineData("TASKROUTER_LIMIT_ACTIVITIES", "3", 4)]
    [InlineData("TASKROUTER_LIMIT_FRIENDLY_NAME", "10", 11)]
    [InlineData("TASKROUTER_LIMIT_LONG_NAME", "20", 21)]
    [InlineData("TASKROUTER_LIMIT_CONFIGURATION_BYTES", "127", 128)]
    public void What_a_new_workspace_begins_with_fits_into_the_limits(string name, string value, int least)
    {
        var problems = new List<string>();

        Settings.Read(Configuration(new() { [name] = value }), problems);

        problems.ShouldBe([$"{name}: must be a whole number from {least} to {int.MaxValue}"]);
    }

    [Fact]
    public void All_problems_are_reported_at_once_and_none_shows_a_secret()
    {
        var problems = new List<string>();
        Settings.Read(
            Configuration(new()
            {
                ["TASKROUTER_ACCOUNT_SID"] = "AC123",
                ["TASKROUTER_POSTGRES"] = "Hust=db;Password=hunter2",
                ["TASKROUTER_PUBLIC_URL"] = "example.com",
                ["TASKROUTER_LOG_FORMAT"] = "xml",
                ["TASKROUTER_LOG_LEVEL"] = "2",
                ["TASKROUTER_LIMIT_WORKERS"] = "0",
                ["TASKROUTER_LIMIT_BODY_BYTES"] = "1e6",
                ["urls"] = "8080",
            }),
            problems);

        problems.Select(problem => problem.Split(':')[0]).ShouldBe(
            [
                "TASKROUTER_ACCOUNT_SID", "TASKROUTER_POSTGRES", "TASKROUTER_PUBLIC_URL", "urls",
                "TASKROUTER_LOG_FORMAT", "TASKROUTER_LOG_LEVEL", "TASKROUTER_LIMIT_BODY_BYTES",
                "TASKROUTER_LIMIT_WORKERS",
                "TASKROUTER_ACCOUNT_SID and TASKROUTER_AUTH_TOKEN",
            ],
            string.Join('\n', problems));
        problems.ShouldNotContain(problem => problem.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://127.0.0.1:eighty")]
    [InlineData("http://locahost:8080")]
    [InlineData("http://localhost:8080;https://*.example.com")]
    [InlineData("http://pipe:/taskrouter")]
    [InlineData("http://unix:/" + "a-path-that-is-longer-than-the-108-bytes-that-there-is-room-for/"
        + "in-what-the-system-is-told-of-a-socket-in-the-file-system")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("junk")]
    [InlineData(" ; ")]
    public void An_address_that_cannot_be_listened_on_is_a_problem(string urls)
    {
        var problems = new List<string>();

        Settings.Read(Configuration(new() { ["urls"] = urls }), problems);
        problems.ShouldHaveSingleItem().ShouldStartWith("urls: ");

        problems.Clear();
        Settings.Read(Configuration(new() { ["Kestrel:Endpoints:A:Url"] = urls }), problems);
        problems.ShouldHaveSingleItem().ShouldStartWith("Kestrel:Endpoints:A:Url: ");
    }

    [Theory]
    [InlineData("http://LOCALHOST:0")]
    [InlineData("http://[::1]:8080; HTTPS://+:8443")]
    [InlineData("http://unix:/run/TaskRouter.sock")]
    [InlineData("http://0.0.0.0")]
    public void An_address_that_can_be_listened_on_stays_as_it_is(string urls) =>
        Read(new() { ["urls"] = urls, ["Kestrel:Endpoints:A:Url"] = "https://*:8443" })
            .Urls.ShouldBe(urls.Replace(" ", "", StringComparison.Ordinal));

    // Answers hold it between quotes.
    [Theory]
    [InlineData("https://tr.example.com/\"x")]
    [InlineData("https://tr.example.com/\\x")]
    [InlineData("https://tr.example.com/\u0001")]
    public void A_public_URL_needs_nothing_escaped(string url)
    {
        var problems = new List<string>();

        Settings.Read(Configuration(new() { ["TASKROUTER_PUBLIC_URL"] = url }), problems);

        problems.ShouldHaveSingleItem().ShouldStartWith("TASKROUTER_PUBLIC_URL");
    }

    [Fact]
    public void The_command_line_wins_and_its_unknown_options_are_problems()
    {
        var problems = new List<string>();

        var configuration = SettingSources.Load(
            ["--data-dir", "/one", "--LOG-LEVEL=x", "--TASKROUTER_LOG_FORMAT=json", "--colour=red", "stray", "--urls"],
            problems);

        configuration["TASKROUTER_DATA_DIR"].ShouldBe("/one");
        configuration["TASKROUTER_LOG_FORMAT"].ShouldBe("json");
        problems.ShouldBe(
            [
                "unknown option --LOG-LEVEL", "unknown option --colour", "unknown option stray",
                "--urls: its value is missing",
            ]);
    }

    [Fact]
    public void Further_accounts_are_read()
    {
        var options = Read(new()
        {
            ["TASKROUTER_ACCOUNTS"] =
                "AC00000000000000000000000000000001:one, AC00000000000000000000000000000002:two:second,",
            ["TASKROUTER_AUTH_TOKEN_SECONDARY"] = "beside",
            ["TASKROUTER_RATE_LIMIT_PER_SECOND"] = "50",
        });

        options.FurtherAccounts.Select(account => (account.Sid.ToString()[^1], account.AuthToken))
            .ShouldBe([('1', "one"), ('2', "two")]);
        options.FurtherAccounts.Select(account => account.SecondaryAuthToken).ShouldBe([null, "second"]);
        options.SecondaryAuthToken.ShouldBe("beside");
        options.Account.ShouldBeNull();
        options.RateLimitPerSecond.ShouldBe(50);
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("AC1:hunter2")]
    [InlineData("AC00000000000000000000000000000001")]
    [InlineData("AC00000000000000000000000000000001:")]
    [InlineData("AC00000000000000000000000000000001:hunter2:")]
    [InlineData("AC00000000000000000000000000000001:hunter2:b:c")]
    [InlineData("AC00000000000000000000000000000001:hunter-2")]
    [InlineData("AC00000000000000000000000000000001:a,AC00000000000000000000000000000001:hunter2")]
    public void Malformed_further_accounts_are_a_problem_that_shows_no_token(string text)
    {
        var problems = new List<string>();

        Settings.Read(Configuration(new() { ["TASKROUTER_ACCOUNTS"] = text }), problems);

        problems.ShouldHaveSingleItem().ShouldStartWith("TASKROUTER_ACCOUNTS: ");
        problems[0].ShouldNotContain("hunter");
    }

    [Fact]
    public void An_account_set_twice_stops_the_start()
    {
        var refusal = Should.Throw<InvalidDataException>(
            () => new AccountDirectory([new Account(default, "a"), new Account(default, "b")]));

        refusal.Message.ShouldContain("TASKROUTER_ACCOUNTS");
    }

    [Fact]
    public void Help_names_every_setting()
    {
        var help = Settings.Help();

        foreach (var setting in Settings.All)
        {
            help.ShouldContain(setting.Name);
            help.ShouldContain(setting.Option);
        }
    }

    private static TaskRouterOptions Read(Dictionary<string, string?> values)
    {
        var problems = new List<string>();
        var options = Settings.Read(Configuration(values), problems);
        problems.ShouldBeEmpty();
        return options;
    }

    private static IConfigurationRoot Configuration(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();
}
