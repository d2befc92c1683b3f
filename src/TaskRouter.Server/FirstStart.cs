using System.Security.Cryptography;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Access;

namespace TaskRouter.Server;

/// <summary>
/// Nothing is open by default: a server without configured credentials makes some at its first start, keeps them
/// readable by its own user alone, and shows them once.
/// </summary>
internal static class FirstStart
{
    public const string FileName = "credentials.json";

    /// <summary>The account kept in the data directory; made, kept and shown when there is none.</summary>
    /// <exception cref="InvalidDataException">The file does not hold an account.</exception>
    public static Account LoadOrMakeAccount(TaskRouterOptions options)
    {
        var path = Path.Combine(Path.GetFullPath(options.DataDirectory), FileName);
        if (!File.Exists(path))
        {
            var account = new Account(
                Sid.FromBytes(SidKind.Account, RandomNumberGenerator.GetBytes(16)),
                Secrets.New());
            var kept = new Credentials(account.Sid.ToString(), account.AuthToken);
            if (PrivateFile.TryCreate(path, JsonSerializer.SerializeToUtf8Bytes(kept, JsonSerializerOptions.Web)))
            {
                Show(account, path, options.Urls);
                return account;
            }
        }

        return Load(path);
    }

    private static Account Load(string path)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<Credentials>(File.ReadAllBytes(path), JsonSerializerOptions.Web);
            if (Sid.TryParse(kept?.AccountSid, SidKind.Account, out var sid) && kept is { AuthToken.Length: > 0 })
            {
                return new Account(sid, kept.AuthToken);
            }
        }
        catch (JsonException)
        {
            // Answered below, as any other content that is no account.
        }

        throw new InvalidDataException($"{path} does not hold an account SID and an auth token");
    }

    private static void Show(Account account, string path, string urls) => Console.WriteLine(
        $"""
        First start: an account was made and kept in {path}
        This is the only time that its token is shown.

          Account SID  {account.Sid}
          Auth token   {account.AuthToken}

          curl -u {account.Sid}:{account.AuthToken} {SocketOption(urls)}{HealthCheck.LocalUrl(urls)}v1/Workspaces

        """);

    private static string SocketOption(string urls) =>
        HealthCheck.SocketPath(urls) is { } path ? $"--unix-socket {path} " : "";

    private sealed record Credentials(string? AccountSid, string? AuthToken);
}
