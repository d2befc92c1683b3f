using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Access;

/// <summary>
/// Every API key: on disk, and in memory for every request. A change is on disk before it shows and before it is
/// answered, so a key works from the moment its creation is answered until its deletion is.
/// </summary>
internal sealed partial class ApiKeys(
    Database database,
    SecretBox box,
    CredentialTable credentials,
    TimeProvider time,
    ILogger<ApiKeys> log) : IHostedService, IDisposable
{
    public const int PerAccountMax = 1_000;
    public const int FriendlyNameMax = 64;

    private const int UnavailableCode = 20503;

    private readonly ConcurrentDictionary<Sid, (ApiKey Key, string? Secret)> _keys = new();
    private readonly SidSource _sids = new(RandomNumberGenerator.Fill);
    private readonly SemaphoreSlim _changing = new(1, 1);

    /// <summary>Called after a key has ceased to work.</summary>
    public event Action<Sid>? Deleted;

    /// <summary>The account's keys, in no order.</summary>
    public IEnumerable<ApiKey> List(Sid accountSid) =>
        _keys.Values.Select(entry => entry.Key).Where(key => key.AccountSid == accountSid);

    /// <summary>The account's key, or null: another account's is as good as none.</summary>
    public ApiKey? Find(Sid accountSid, Sid sid) =>
        _keys.TryGetValue(sid, out var entry) && entry.Key.AccountSid == accountSid ? entry.Key : null;

    /// <summary>The account of a key and what it signs tokens with; null for an unknown or unreadable key.</summary>
    public (Sid AccountSid, string Secret)? FindSigner(Sid sid) =>
        _keys.TryGetValue(sid, out var entry) && entry.Secret is { } secret ? (entry.Key.AccountSid, secret) : null;

    /// <summary>The new key and its secret, which is told this once.</summary>
    public Task<(ApiKey Key, string Secret)> CreateAsync(Sid accountSid, string friendlyName) => ChangeAsync(async () =>
    {
        CheckName(friendlyName);
        if (List(accountSid).Count() >= PerAccountMax)
        {
            throw Refusal.Invalid($"An account has at most {PerAccountMax} API keys");
        }

        var now = time.GetUtcNow();
        var secret = Secrets.New();
        var sid = _sids.Next(SidKind.ApiKey, now);
        var key = new ApiKey
        {
            Sid = sid,
            AccountSid = accountSid,
            FriendlyName = friendlyName,
            ProtectedSecret = box.Close(secret, OwnerOf(accountSid, sid)),
            CreatedAt = now,
            UpdatedAt = now,
        };
        await database.ChangeAsync(
            async db =>
            {
                db.ApiKeys.Add(key);
                await db.SaveChangesAsync();
            },
            CancellationToken.None);
        Show(key, secret);
        return (key, secret);
    });

    public Task<ApiKey> RenameAsync(ApiKey key, string friendlyName) => ChangeAsync(async () =>
    {
        CheckName(friendlyName);
        var now = time.GetUtcNow();
        await database.ChangeAsync(
            db => RowsOf(db, key).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.FriendlyName, friendlyName)
                .SetProperty(row => row.UpdatedAt, now)),
            CancellationToken.None);
        if (!_keys.TryGetValue(key.Sid, out var current))
        {
            throw Refusal.NotFound($"/Accounts/{key.AccountSid}/Keys/{key.Sid}.json");
        }

        var renamed = current.Key with { FriendlyName = friendlyName, UpdatedAt = now };
        _keys[key.Sid] = (renamed, current.Secret);
        return renamed;
    });

    public Task DeleteAsync(ApiKey key) => ChangeAsync(async () =>
    {
        await database.ChangeAsync(db => RowsOf(db, key).ExecuteDeleteAsync(), CancellationToken.None);
        credentials.Remove(key.Sid);
        _keys.TryRemove(key.Sid, out _);
        Deleted?.Invoke(key.Sid);
        return true;
    });

    /// <summary>After the workspaces, whose loading brings the schema up to date.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = database.CreateDbContext();
        foreach (var key in await db.ApiKeys.ToListAsync(cancellationToken))
        {
            _sids.StartAfter(key.Sid);
            var secret = box.TryOpen(key.ProtectedSecret, OwnerOf(key.AccountSid, key.Sid));
            if (secret is null)
            {
                Log.Unreadable(log, key.Sid, SecretBox.FileName);
            }

            Show(key, secret);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _changing.Dispose();

    private static string OwnerOf(Sid accountSid, Sid sid) => $"{accountSid}/{sid}";

    private static IQueryable<ApiKey> RowsOf(RouterDb db, ApiKey key) =>
        db.ApiKeys.Where(row => row.AccountSid == key.AccountSid && row.Sid == key.Sid);

    // https://www.twilio.com/docs/iam/api-keys/key-resource-v2010: up to 64 characters, and it may be left out.
    private static void CheckName(string friendlyName)
    {
        if (friendlyName.Length > FriendlyNameMax)
        {
            throw new Refusal(
                400, Refusal.FriendlyNameCode, $"Invalid FriendlyName: longer than {FriendlyNameMax} characters");
        }
    }

    private void Show(ApiKey key, string? secret)
    {
        _keys[key.Sid] = (key, secret);
        if (secret is not null)
        {
            credentials.Put(new Caller(key.AccountSid, key.Sid), secret);
        }
    }

    private async Task<TResult> ChangeAsync<TResult>(Func<Task<TResult>> change)
    {
        await _changing.WaitAsync();
        try
        {
            return await change();
        }
        catch (Exception exception) when (exception is DbException or DbUpdateException or TimeoutException)
        {
            Log.NotSaved(log, exception);
            throw new Refusal(503, UnavailableCode, "The database does not answer");
        }
        finally
        {
            _changing.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "API key {KeySid} does not work: it was made with another {FileName} than this server's.")]
        public static partial void Unreadable(ILogger logger, Sid keySid, string fileName);

        [LoggerMessage(Level = LogLevel.Error, Message = "A change of the API keys was not saved.")]
        public static partial void NotSaved(ILogger logger, Exception exception);
    }
}
