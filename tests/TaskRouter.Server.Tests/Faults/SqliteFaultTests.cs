using System.Globalization;
using Shouldly;
using TaskRouter.Server.Tests.Kill;
using Xunit;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>A SQLite file that cannot grow, as on a full disk.</summary>
public sealed class SqliteFaultTests
{
    private const long FileBytesMax = 1024 * 1024;

    // A full disk sends no signal; this limit does unless it is ignored, and is then an error like that one.
    private static readonly string[] DeafToTheLimit = ["/bin/sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""];

    [Fact]
    public async Task A_file_that_cannot_grow_refuses_writes_until_it_can()
    {
        using var directory = new TestDirectory();
        await using var scene = await FaultScene.StartAsync(
            new ServerProcess(directory.Path, postgres: null) { Wrapper = DeafToTheLimit },
            directory.Path,
            judged: null);
        var process = scene.Server.Id;
        for (var cycle = 1; cycle <= FaultScene.Cycles; cycle++)
        {
            scene.BeginLoad();
            await scene.UntilServedAsync();
            await LimitFilesAsync(process, FileBytesMax.ToString(CultureInfo.InvariantCulture));
            await scene.UntilRefusedAsync();
            await LimitFilesAsync(process, "unlimited");
            await scene.UntilServedAsync();
            await scene.CheckAsync($"cycle {cycle}");
        }

        scene.Server.Id.ShouldBe(process);
    }

    private static Task<string> LimitFilesAsync(int process, string bytes) => Commands.RunAsync(
        "prlimit", "--pid", process.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:");
}
