using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Access;

/// <summary>Every account of this server, as the settings name them.</summary>
internal sealed class AccountDirectory
{
    private readonly Dictionary<Sid, Account> _accounts = [];

    /// <exception cref="InvalidDataException">Two accounts have the same SID.</exception>
    public AccountDirectory(IEnumerable<Account> accounts)
    {
        foreach (var account in accounts)
        {
            if (!_accounts.TryAdd(account.Sid, account))
            {
                throw new InvalidDataException($"Account {account.Sid} is set twice: see TASKROUTER_ACCOUNTS");
            }
        }
    }

    public IReadOnlyCollection<Account> All => _accounts.Values;

    /// <summary>Null for an account that is no longer set; its workspaces stay on disk.</summary>
    public Account? Find(Sid sid) => _accounts.GetValueOrDefault(sid);
}
