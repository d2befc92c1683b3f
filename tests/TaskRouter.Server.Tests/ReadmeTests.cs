using System.Diagnostics;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests;

/// <summary>The README's walk-through, as a newcomer pastes it: bash, curl, and what the first start printed.</summary>
public sealed partial class ReadmeTests
{
    private const string Chapter = "## A task finds its worker";

    // The README shows the address of a first start; here every test has one of its own.
    private const string Address = "http://127.0.0.1:8080";

    [Fact]
    public async Task Its_curl_lines_end_with_a_completed_task_on_sqlite() => await RunAsync(null);

    [Fact]
    public async Task Its_curl_lines_end_with_a_completed_task_on_postgres() =>
        await RunAsync(await TestPostgres.CreateAsync());

    private static async Task RunAsync(TestPostgres? postgres)
    {
        await using var server = await TestServer.StartAsync(postgres);
        var readme = Repository.Documents.Single(file => file.Path == "README.md").Text;
        var chapter = readme[readme.IndexOf(Chapter, StringComparison.Ordinal)..];
        chapter = chapter[..chapter.IndexOf("\n## ", StringComparison.Ordinal)];
        var script = string
            .Join('\n', Block().Matches(chapter).Select(match => match.Groups["lines"].Value))
            .Replace("_SID=AC...", $"_SID={TestServer.Account.Sid}", StringComparison.Ordinal)
            .Replace("_TOKEN=...", $"_TOKEN={TestServer.Account.AuthToken}", StringComparison.Ordinal)
            .Replace(Address, server.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_PROXY"] = "127.0.0.1";
        using var bash = Process.Start(start).ShouldNotBeNull();
        var errors = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        bash.ExitCode.ShouldBe(0, $"{output}\n{await errors}");
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        answers.ShouldAllBe(line => !line.Contains("\"more_info\"", StringComparison.Ordinal));
        answers[^1].ShouldContain("\"assignment_status\":\"completed\"");
    }

    [GeneratedRegex("```bash\n(?<lines>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();
}
