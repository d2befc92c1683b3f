using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests;

/// <summary>What the documents name between backticks exists: they cannot promise what the code has lost.</summary>
public sealed partial class DocumentTests
{
    private static readonly Lazy<HashSet<string>> Words = new(() =>
        [.. Repository.Code.SelectMany(file => Word().Matches(file.Text)).Select(match => match.Value)]);

    [Fact]
    public void Readme_leads_to_every_document()
    {
        var readme = Repository.Documents.Single(file => file.Path == "README.md").Text;

        Repository.Documents
            .Where(file => file.Path != "README.md" && !readme.Contains($"({file.Path})", StringComparison.Ordinal))
            .Select(file => file.Path)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Files_and_folders_they_name_exist()
    {
        var names = Repository.Files("src", "tests").Select(file => file.Name).ToHashSet();

        // Folders inside an assembly are named without the way to them.
        bool Exists(string name) => names.Contains(name)
            || new[] { "", "src/TaskRouter.Engine", "src/TaskRouter.Server" }.Any(folder =>
                Repository.Exists(Path.Combine(folder, name)));

        Quoted(FilePath()).Where(quote => !Exists(quote.Text)).ShouldBeEmpty();
    }

    [Fact]
    public void Types_members_and_tests_they_name_exist() => Quoted(Identifier())
        .Where(quote => !Words.Value.Contains(quote.Text))
        .ShouldBeEmpty();

    [Fact]
    public void Settings_they_name_exist()
    {
        var source = string.Join('\n', Repository.Files("src", "tests")
            .Where(file => Path.GetExtension(file.Name) is ".cs" or ".sh" or ".js")
            .Select(file => file.Text));

        Quoted(Setting())
            .Where(quote => !source.Contains(quote.Text, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_setting_is_documented_with_its_option_default_and_meaning()
    {
        var rows = Repository.Documents.Single(file => file.Path == "docs/configuration.md").Lines;

        Settings.All
            .Select(setting =>
                $"| `{setting.Name}` | `{setting.Option}` | {setting.Default} | {setting.Meaning} |")
            .Except(rows)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Links_between_documents_lead_somewhere() => Repository.Documents
        .SelectMany(file => Link().Matches(file.Text).Select(match => (
            file.Path, Target: Path.Combine(Path.GetDirectoryName(file.Path)!, match.Groups[1].Value.Split('#')[0]))))
        .Where(link => !Repository.Exists(link.Target))
        .ShouldBeEmpty();

    private static IEnumerable<(string Document, string Text)> Quoted(Regex whole) => Repository.Documents
        .SelectMany(file => Quote().Matches(WithoutCodeBlocks(file))
            .Select(match => (Document: file.Path, Text: match.Groups[1].Value)))
        .Where(quote => whole.IsMatch(quote.Text));

    private static string WithoutCodeBlocks(SourceFile file) => CodeBlock().Replace(file.Text, "");

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quote();

    [GeneratedRegex(@"^[\w./-]+(\.(cs|md|sh|js|yml|sln|txt|props|csproj)|/)$")]
    private static partial Regex FilePath();

    // PascalCase of two parts or more, or a test's sentence; a single capitalised word may be Twilio's or English.
    [GeneratedRegex(@"^[A-Z]\w*[a-z]\w*([A-Z_]\w+)+$")]
    private static partial Regex Identifier();

    [GeneratedRegex("^TASKROUTER_[A-Z_]+$")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
