using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests;

/// <summary>The program as an operator starts and stops it: a process, its output and its exit code.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("taskrouter-start-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_first_start_makes_credentials_shows_them_once_and_keeps_them_to_itself()
    {
        var data = Path.Combine(_directory, "data");
        var first = await RunUntilReadyAsync("--data-dir", data);
        var second = await RunUntilReadyAsync("--data-dir", data);

        var curl = first.Output.Split('\n').Single(line => line.Contains("curl -u ", StringComparison.Ordinal)).Trim();
        curl.ShouldMatch("^curl -u AC[0-9a-f]{32}:[A-Za-z0-9]{32} http://127.0.0.1:0/v1/Workspaces$");
        var token = curl.Split(' ')[2].Split(':')[1];
        second.Output.ShouldNotContain(token);
        first.ExitCode.ShouldBe(0);
        second.ExitCode.ShouldBe(0);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(data, FirstStart.FileName))
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(data)
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Wrong_settings_are_all_listed_without_a_stack_trace()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "taskrouter.json"),
            """{"TASKROUTER_LOG_FORMAT":"xml","TASKROUTER_COLOUR":"red"}""");

        using var program = Start("--no-such-option", "--limit-workers", "many");
        var output = await program.StandardOutput.ReadToEndAsync() + await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();

        program.ExitCode.ShouldBe(1);
        output.ShouldContain("unknown option --no-such-option");
        output.ShouldContain("TASKROUTER_LIMIT_WORKERS: must be");
        output.ShouldContain("TASKROUTER_LOG_FORMAT: must be text or json");
        output.ShouldContain("taskrouter.json: unknown setting TASKROUTER_COLOUR");
        output.ShouldNotContain("   at ");
        Directory.Exists(Path.Combine(_directory, "data")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{}")]
    [InlineData("""{"accountSid":"AC1","authToken":"x"}""")]
    public async Task A_damaged_credentials_file_stops_the_start(string content)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, FirstStart.FileName), content);

        using var program = Start("--data-dir", _directory);
        var output = await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();

        program.ExitCode.ShouldBe(1);
        output.ShouldContain($"{FirstStart.FileName} does not hold an account SID and an auth token");
        (await File.ReadAllTextAsync(Path.Combine(_directory, FirstStart.FileName))).ShouldBe(content);
    }

    [Fact]
    public async Task A_database_that_is_away_stops_the_start_in_a_line()
    {
        using var program = Start("--data-dir", _directory, "--postgres", "Host=127.0.0.1;Port=9;Database=none");
        var output = await program.StandardOutput.ReadToEndAsync() + await program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();

        program.ExitCode.ShouldBe(1);
        output.ShouldContain("TaskRouter cannot start:\n  - Failed to connect to 127.0.0.1:9\n");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task An_address_of_another_machine_stops_the_start_in_a_line()
    {
        // Set aside for documents: nobody's.
        var (output, exitCode) = await RunToEndAsync("--data-dir", _directory, "--urls", "http://192.0.2.1:29302");

        exitCode.ShouldBe(1);
        output.ShouldContain("  - urls: cannot listen on http://192.0.2.1:29302");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task An_endpoint_that_is_none_stops_the_start_with_its_name()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "appsettings.json"), """{"Kestrel":{"Endpoints":{"A":{"Url":"junk"}}}}""");

        var (output, exitCode) = await RunToEndAsync("--data-dir", _directory);

        exitCode.ShouldBe(1);
        output.ShouldContain("  - Kestrel:Endpoints:A:Url: 'junk' must be an address");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_data_directory_that_is_a_file_is_said_with_the_name_of_the_setting()
    {
        var file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "");

        var (output, exitCode) = await RunToEndAsync("--data-dir", file);

        exitCode.ShouldBe(1);
        output.ShouldContain($"  - TASKROUTER_DATA_DIR: {file} cannot be a directory: ");
    }

    [Fact]
    public async Task A_misspelled_setting_in_the_environment_is_warned_of()
    {
        _environment["TASKROUTER_CALLBACK_DNEY"] = "10.0.0.0/8";

        var (output, exitCode) = await RunUntilReadyAsync("--data-dir", _directory);

        exitCode.ShouldBe(0);
        output.ShouldContain("TASKROUTER_CALLBACK_DNEY in the environment is no setting and does nothing");
    }

    [Fact]
    public async Task The_environment_is_stronger_than_a_file_for_Kestrel_too()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "taskrouter.json"),
            """{"Kestrel":{"Endpoints":{"A":{"Url":"http://127.0.0.1:99999"}}}}""",
            TestContext.Current.CancellationToken);
        _environment["Kestrel__Endpoints__A__Url"] = "http://127.0.0.1:0";

        var (output, exitCode) = await RunUntilReadyAsync("--data-dir", _directory);

        exitCode.ShouldBe(0, output);
    }

    [Fact]
    public async Task A_socket_in_the_file_system_can_be_listened_on_and_probed()
    {
        var urls = $"http://unix:{Path.Combine(_directory, "Server.sock")}";
        using var program = Start("--data-dir", _directory, "--urls", urls);
        try
        {
            for (var waited = Stopwatch.StartNew();
                await HealthCheck.RunAsync([HealthCheck.Argument, "--urls", urls]) != 0;
                await Task.Delay(100, TestContext.Current.CancellationToken))
            {
                program.HasExited.ShouldBeFalse();
                waited.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1));
            }
        }
        finally
        {
            program.Kill();
        }

        (await program.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))
            .ShouldMatch("curl -u \\S+ --unix-socket \\S+/Server.sock http://localhost/v1/Workspaces");
    }

    private async Task<(string Output, int ExitCode)> RunToEndAsync(params string[] args)
    {
        using var program = Start(args);
        var errors = program.StandardError.ReadToEndAsync();
        var output = await program.StandardOutput.ReadToEndAsync() + await errors;
        await program.WaitForExitAsync();
        return (output, program.ExitCode);
    }

    /// <summary>Starts, waits until ready, ends as an operator does, and answers all that was said.</summary>
    private async Task<(string Output, int ExitCode)> RunUntilReadyAsync(params string[] args)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var program = Start([.. args, "--urls", "http://127.0.0.1:0"]);
        try
        {
            var output = new StringBuilder();
            string? address = null;
            while (address is null && await program.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                output.AppendLine(line);
                address = line.Contains("Now listening on: ", StringComparison.Ordinal) ? line.Split("on: ")[1] : null;
            }

            address.ShouldNotBeNull(output.ToString());
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            (await client.GetAsync($"{address}/readyz", patience.Token)).StatusCode.ShouldBe(HttpStatusCode.OK);

            using var kill = Process.Start("kill", ["-TERM", program.Id.ToString(CultureInfo.InvariantCulture)]);
            output.Append(await program.StandardOutput.ReadToEndAsync(patience.Token));
            await program.WaitForExitAsync(patience.Token);
            return (output.ToString(), program.ExitCode);
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill();
            }
        }
    }

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. args])
        {
            WorkingDirectory = _directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var inherited = start.Environment.Keys.Where(name => name.StartsWith("TASKROUTER_", StringComparison.Ordinal));
        foreach (var name in inherited.ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
