using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Access;

/// <summary>
/// Who may sign in with user name and password: accounts and API keys, looked up by name and compared by hash. Finding
/// costs one hash and two comparisons whether the name is known or not, so the time tells neither which names exist nor
/// how much of a guess was right.
/// </summary>
internal sealed class CredentialTable
{
    // Of nothing: what an unknown name is compared with.
    private static readonly Entry Nobody = new(new Caller(default, default), Hash(Secrets.New()), Hash(Secrets.New()));

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _byName;

    public CredentialTable(AccountDirectory accounts)
    {
        _byName = _entries.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var account in accounts.All)
        {
            Put(new Caller(account.Sid, account.Sid), account.AuthToken, account.SecondaryAuthToken);
        }
    }

    public void Put(Caller caller, string secret, string? secondary = null)
    {
        var name = caller.CredentialSid.ToString();
        var first = Hash($"{name}:{secret}");
        _entries[name] = new Entry(caller, first, secondary is null ? first : Hash($"{name}:{secondary}"));
    }

    public void Remove(Sid credentialSid) => _entries.TryRemove(credentialSid.ToString(), out _);

    /// <summary>The owner of <c>name:password</c>, or null.</summary>
    public Caller? Find(ReadOnlySpan<byte> credentials)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(credentials, hash);

        Span<char> name = stackalloc char[Sid.TextLength];
        var isName = credentials.IndexOf((byte)':') == Sid.TextLength
            && Encoding.ASCII.TryGetChars(credentials[..Sid.TextLength], name, out _);
        var entry = isName && _byName.TryGetValue(name, out var known) ? known : Nobody;

        // Not short-circuited: both are always compared.
        var isRight = CryptographicOperations.FixedTimeEquals(hash, entry.First)
            | CryptographicOperations.FixedTimeEquals(hash, entry.Second);
        return isRight && !ReferenceEquals(entry, Nobody) ? entry.Caller : null;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private sealed record Entry(Caller Caller, byte[] First, byte[] Second);
}
