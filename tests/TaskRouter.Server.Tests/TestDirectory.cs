namespace TaskRouter.Server.Tests;

/// <summary>A directory of its own, deleted at the end.</summary>
public sealed class TestDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("taskrouter-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
