using System.Text.RegularExpressions;
using Shouldly;
using TaskRouter.Engine.Model;
using Xunit;

namespace TaskRouter.Server.Tests;

/// <summary>The habits of this code base, as far as a machine can see them.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 500;
    private const int MethodLinesMax = 70;
    private const int LineLengthMax = 120;

    // What each folder of the engine may use; nothing else of the engine, and never one another in a circle.
    private static readonly Dictionary<string, string[]> EngineFolders = new()
    {
        ["Model"] = [],
        ["Expressions"] = ["Model"],
        ["Workflows"] = ["Expressions", "Model"],
        ["Routing"] = ["Workflows", "Expressions", "Model"],
        ["Explanations"] = ["Routing", "Workflows", "Expressions", "Model"],
    };

    // The same for the server. Beside Realtime, which gives the same answers in another form, only the files beside the
    // folders, where the program is put together, may use Api.
    private static readonly Dictionary<string, string[]> ServerFolders = new()
    {
        ["Telemetry"] = [],
        ["Events"] = [],
        ["Journal"] = [],
        ["Statistics"] = [],
        ["Storage"] = ["Events", "Journal", "Statistics"],
        ["Hosting"] = ["Storage", "Events", "Journal", "Statistics", "Telemetry"],
        ["Access"] = ["Storage"],
        ["Voice"] = ["Hosting", "Journal"],
        ["Callbacks"] = ["Access", "Voice", "Hosting", "Storage", "Events", "Telemetry"],
        ["Flex"] = ["Hosting", "Storage"],
        ["Api"] =
        [
            "Access", "Callbacks", "Flex", "Voice", "Hosting", "Storage", "Events", "Journal", "Statistics",
            "Telemetry",
        ],
        ["Realtime"] = ["Api", "Access", "Voice", "Hosting", "Storage", "Events"],
    };

    [Fact]
    public void Files_are_short() => Repository.Code
        .Where(file => file.Lines.Length > FileLinesMax)
        .Select(file => $"{file.Path}: {file.Lines.Length} lines")
        .ShouldBeEmpty();

    [Fact]
    public void Lines_are_short() => Repository.Code
        .SelectMany(file => file.Lines.Select((line, index) => (Place: $"{file.Path}:{index + 1}", line.Length)))
        .Where(line => line.Length > LineLengthMax)
        .Select(line => $"{line.Place}: {line.Length} columns")
        .ShouldBeEmpty();

    [Fact]
    public void Methods_are_short() => Repository.Code
        .SelectMany(file => Blocks(file).Select(block => (file.Path, block.First, block.Length)))
        .Where(block => block.Length > MethodLinesMax)
        .Select(block => $"{block.Path}:{block.First}: {block.Length} lines")
        .ShouldBeEmpty();

    [Fact]
    public void Names_say_what_a_type_does() => Repository.Code
        .SelectMany(file => Declaration().Matches(file.Text).Select(match => $"{file.Path}: {match.Groups[1].Value}"))
        .Where(name => EmptySuffix().IsMatch(name))
        .ShouldBeEmpty();

    [Fact]
    public void No_method_is_async_void() => Matching(Repository.Code, AsyncVoid()).ShouldBeEmpty();

    [Fact]
    public void Engine_references_the_base_library_alone()
    {
        typeof(Sid).Assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .ShouldBeEmpty();
        Repository.Files("src/TaskRouter.Engine")
            .Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .Text.ShouldNotContain("Reference Include");
    }

    [Fact]
    public void Engine_folders_use_one_another_in_one_direction() =>
        Departures("TaskRouter.Engine", EngineFolders).ShouldBeEmpty();

    [Fact]
    public void Server_folders_use_one_another_in_one_direction() =>
        Departures("TaskRouter.Server", ServerFolders).ShouldBeEmpty();

    [Fact]
    public void Skipped_tests_have_a_reason()
    {
        var excused = Repository.Files("tests").Single(file => file.Path == "tests/skips.txt").Lines
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(": ", 2))
            .ToDictionary(parts => parts[0], parts => parts[1]);
        var skipped = Repository.Code.SelectMany(file => SkippedTest().Matches(file.Text))
            .Select(match => match.Groups[1].Value);

        skipped.ShouldBe(excused.Keys, ignoreOrder: true);
        excused.Values.ShouldAllBe(reason => reason.Length > 20);
    }

    [Fact]
    public void Nothing_names_the_registry_it_was_made_with()
    {
        string[] folders = ["src", "tests", "docs", "bench", "examples", ".github", ".ci"];
        var files = Repository.Files(folders).Concat(Repository.Files("").Where(file => !file.Path.Contains('/')));

        files.Where(file => file.Name != "TidyTests.cs" && RegistryHost().IsMatch(file.Text))
            .Select(file => file.Path)
            .ShouldBeEmpty();
    }

    private static IEnumerable<string> Matching(IEnumerable<SourceFile> files, Regex pattern) => files
        .SelectMany(file => pattern.Matches(file.Text).Select(match => $"{file.Path}: {match.Value}"));

    private static IEnumerable<string> Departures(string assembly, Dictionary<string, string[]> allowed)
    {
        var uses = new Regex($@"(?<!namespace )\b{Regex.Escape(assembly)}\.([A-Z]\w*)", RegexOptions.CultureInvariant);
        foreach (var file in Repository.Code)
        {
            if (file.Path.Split('/') is not ["src", var project, var folder, _, ..] || project != assembly)
            {
                continue;
            }

            if (!allowed.TryGetValue(folder, out var others))
            {
                yield return $"{file.Path}: the folder has no place in the order of folders yet";
                continue;
            }

            foreach (var used in uses.Matches(file.Text).Select(match => match.Groups[1].Value).Distinct())
            {
                if (used != folder && Repository.Exists($"src/{assembly}/{used}") && !others.Contains(used))
                {
                    yield return $"{file.Path} uses {used}";
                }
            }
        }
    }

    /// <summary>
    /// Every block that is no type's body. The format check sees to it that braces stand alone and aligned.
    /// </summary>
    private static IEnumerable<(int First, int Length)> Blocks(SourceFile file)
    {
        for (var first = 1; first < file.Lines.Length; first++)
        {
            var line = file.Lines[first];
            if (line.Trim() != "{" || Declaration().IsMatch(Head(file, first)))
            {
                continue;
            }

            var end = Array.FindIndex(
                file.Lines, first, other => other.StartsWith(line.Replace('{', '}'), StringComparison.Ordinal));
            yield return (first + 1, end - first - 1);
        }
    }

    // The lines above a brace back to the end of what stood before: a declaration may take several.
    private static string Head(SourceFile file, int brace)
    {
        var start = brace - 1;
        while (start > 0 && file.Lines[start - 1].Trim() is [.., not (';' or '{' or '}')])
        {
            start--;
        }

        return string.Join('\n', file.Lines[start..brace]);
    }

    [GeneratedRegex(@"^\s*(?:\w+ )*(?:class|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Common|Base|Processor|Info|Data|Service)$")]
    private static partial Regex EmptySuffix();

    [GeneratedRegex(@"\basync void \w+")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"\[(?:Fact|Theory)\([^\]]*Skip\b[^\]]*\][^(]*?(\w+)\(")]
    private static partial Regex SkippedTest();

    [GeneratedRegex(@"npmjs\.|nuget\.org|pkgs\.|""resolved"": ""http")]
    private static partial Regex RegistryHost();
}
