namespace TaskRouter.Server.Tests;

/// <summary>The repository's own files, for tests that read code and documents.</summary>
internal static class Repository
{
    private static readonly HashSet<string> NotOurs = [".git", "artifacts", "node_modules", "bin", "obj", "data"];

    public static string Root { get; } = FindRoot();

    /// <summary>Code that people write: migrations are generated.</summary>
    public static IReadOnlyList<SourceFile> Code { get; } =
        [.. Files("src", "tests", "bench").Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal)
            && !file.Path.Contains("/Migrations/", StringComparison.Ordinal))];

    public static IReadOnlyList<SourceFile> Documents { get; } =
        [.. Files("docs").Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)), Read("README.md")];

    /// <summary>All files below these folders, or of the whole repository.</summary>
    public static IEnumerable<SourceFile> Files(params string[] folders) => folders
        .Select(folder => new DirectoryInfo(Path.Combine(Root, folder)))
        .Where(folder => folder.Exists)
        .SelectMany(Below)
        .Select(file => Read(Path.GetRelativePath(Root, file.FullName)));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) =>
    [
        .. folder.GetFiles(),
        .. folder.GetDirectories().Where(child => !NotOurs.Contains(child.Name)).SelectMany(Below),
    ];

    private static SourceFile Read(string path) => new(
        path.Replace('\\', '/'), new Lazy<string[]>(() => File.ReadAllLines(Path.Combine(Root, path))));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TaskRouter.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}

/// <param name="Path">From the root, with slashes.</param>
internal sealed record SourceFile(string Path, Lazy<string[]> Content)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public string[] Lines => Content.Value;

    public string Text => string.Join('\n', Lines);
}
