using System.Globalization;
using Npgsql;
using TaskRouter.Server.Tests.Kill;

namespace TaskRouter.Server.Tests.Faults;

/// <summary>
/// A Postgres of a test's own, to be killed, stopped and starved: made by the server programs of this machine, as
/// <c>tests/with-postgres.sh</c> makes one. Faults here end processes and never the machine, so it need not flush.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private const int ConnectionsMax = 40;

    private readonly string _directory;
    private readonly int _port = FreePort.Find();

    private PostgresCluster(string directory) => _directory = directory;

    /// <summary>Where the programs of this version are: its pg_dump fits its server.</summary>
    public static string Programs { get; } = FindPrograms();

    public int Port => _port;

    /// <summary>For the server under test, which is no superuser.</summary>
    public string ConnectionString => ConnectionTo("taskrouter", "taskrouter");

    private static bool IsRoot => Environment.IsPrivilegedProcess;

    private string DataDirectory => Path.Combine(_directory, "data");

    public static async Task<PostgresCluster> StartAsync()
    {
        var cluster = new PostgresCluster(Directory.CreateTempSubdirectory("taskrouter-cluster-").FullName);
        if (IsRoot)
        {
            await Commands.RunAsync("chown", "postgres", cluster._directory);
        }

        await cluster.RunAsync(
            "initdb", "-D", cluster.DataDirectory, "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C",
            "--no-sync", "--wal-segsize=1");
        await cluster.LaunchAsync();
        await cluster.ExecuteAsync("CREATE ROLE taskrouter LOGIN");
        await cluster.ExecuteAsync("CREATE DATABASE taskrouter OWNER taskrouter");
        return cluster;
    }

    public string ConnectionTo(string database, string user = "postgres") =>
        $"Host=127.0.0.1;Port={_port};Username={user};Database={database}";

    /// <summary>What every client program is told first.</summary>
    public string[] Client => ["-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres"];

    public string FileFor(string name) => Path.Combine(_directory, name);

    public Task LaunchAsync() => RunAsync(
        "pg_ctl", "start", "-s", "-w", "-t", "60", "-D", DataDirectory, "-l", FileFor("log"), "-o",
        $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
        + $"-c max_connections={ConnectionsMax} -c fsync=off -c shared_buffers=32MB");

    /// <param name="mode">fast or immediate, as pg_ctl names them.</param>
    public Task StopAsync(string mode) => RunAsync("pg_ctl", "stop", "-s", "-w", "-m", mode, "-D", DataDirectory);

    /// <summary>SIGKILL for the postmaster; its back ends see that it is gone and end.</summary>
    public async Task KillAsync()
    {
        var back = await BackEndsAsync();
        var postmaster = await PostmasterAsync();
        await Commands.RunAsync("kill", "-KILL", Text(postmaster));
        for (var tries = 0; tries < 1200 && back.Append(postmaster).Any(IsRunning); tries++)
        {
            await Task.Delay(50);
        }

        // Where nobody waits for orphans their numbers stay taken, and the next postmaster would believe in the last.
        File.Delete(Path.Combine(DataDirectory, "postmaster.pid"));
    }

    /// <summary>Files of the database may grow to this size and no further; null takes the limit away.</summary>
    public async Task LimitFilesAsync(long? bytes)
    {
        var soft = bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited";

        // First the postmaster: whom it forks from then on has its limit, and all others are on the list that follows.
        await LimitAsync(await PostmasterAsync());
        foreach (var process in (await BackEndsAsync()).Where(IsRunning))
        {
            try
            {
                await LimitAsync(process);
            }
            catch (InvalidOperationException) when (!IsRunning(process))
            {
                // It has ended in between.
            }
        }

        Task LimitAsync(int process)
        {
            string[] line = ["prlimit", "--pid", Text(process), $"--fsize={soft}:"];
            return IsRoot
                ? Commands.RunAsync("runuser", ["-u", "postgres", "--", .. line])
                : Commands.RunAsync(line[0], line[1..]);
        }
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<NpgsqlConnection> ConnectAsync(string database = "postgres")
    {
        var connection = new NpgsqlConnection($"{ConnectionTo(database)};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Opens sessions until Postgres has none left to give.</summary>
    public async Task<List<NpgsqlConnection>> TakeEveryConnectionAsync()
    {
        var taken = new List<NpgsqlConnection>();
        try
        {
            for (; ; )
            {
                taken.Add(await ConnectAsync());
            }
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            return taken;
        }
    }

    /// <summary>Ends the sessions of the server under test, all or those that the condition picks.</summary>
    public Task EndSessionsAsync(string condition = "true") => ExecuteAsync(
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'taskrouter' AND {condition}");

    public async Task RunAsync(string program, params string[] arguments)
    {
        // pg_ctl leaves a server behind, which would keep a pipe to us open.
        var output = FileFor("output");
        string[] line = ["-c", $"exec \"$0\" \"$@\" > '{output}' 2>&1", Path.Combine(Programs, program), .. arguments];
        try
        {
            await (IsRoot
                ? Commands.RunAsync("runuser", ["-u", "postgres", "--", "/bin/sh", .. line])
                : Commands.RunAsync("/bin/sh", line));
        }
        catch (InvalidOperationException failure)
        {
            var log = File.Exists(FileFor("log")) ? await File.ReadAllLinesAsync(FileFor("log")) : [];
            throw new InvalidOperationException(
                $"{await File.ReadAllTextAsync(output)}\n{string.Join('\n', log.TakeLast(20))}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync("immediate");
        }
        catch (InvalidOperationException)
        {
            // It was not running.
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static string FindPrograms()
    {
        string[] roots = ["/usr/lib/postgresql", "/usr/pgsql"];
        return roots.Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .OrderByDescending(folder => int.TryParse(
                Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException(
                "Faults of a database need one that may be killed: install the server programs of Postgres.");
    }

    private async Task<int> PostmasterAsync()
    {
        // Its own user's folder: nobody else reads it, so root does and that user does.
        var lines = await File.ReadAllLinesAsync(Path.Combine(DataDirectory, "postmaster.pid"));
        return int.Parse(lines[0], CultureInfo.InvariantCulture);
    }

    private async Task<List<int>> BackEndsAsync()
    {
        var postmaster = await PostmasterAsync();
        var children = await File.ReadAllTextAsync($"/proc/{postmaster}/task/{postmaster}/children");
        return [.. children.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
    }

    // A killed process that nobody has waited for is still listed.
    private static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Text(int process) => process.ToString(CultureInfo.InvariantCulture);
}
