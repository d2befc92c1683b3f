using System.Collections.Concurrent;
using System.Data.Common;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Flex;

/// <summary>
/// Every account's configuration: on disk, and in memory once it was asked for. A change is on disk before it shows.
/// </summary>
internal sealed class FlexConfigurations(Database database, WorkspaceDirectory directory, TimeProvider time)
    : IDisposable
{
    /// <summary>Bytes of everything that clients have sent, as UTF-8.</summary>
    public const int BytesMax = 1_048_576;

    // Null: known not to be there.
    private readonly ConcurrentDictionary<Sid, AccountConfiguration?> _known = new();
    private readonly SemaphoreSlim _changing = new(1, 1);

    /// <summary>Null until the account's first use of its configuration.</summary>
    public async ValueTask<AccountConfiguration?> FindAsync(Sid accountSid)
    {
        if (_known.TryGetValue(accountSid, out var known))
        {
            return known;
        }

        await _changing.WaitAsync();
        try
        {
            return await LoadAsync(accountSid);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Null also when the account's configuration is about another workspace.</summary>
    public async ValueTask<AccountConfiguration?> FindAsync(Sid accountSid, Sid workspaceSid) =>
        await FindAsync(accountSid) is { } found && found.TargetsIn(directory).Workspace?.Sid == workspaceSid
            ? found
            : null;

    /// <summary>Made when it is not there yet.</summary>
    public async ValueTask<AccountConfiguration> GetAsync(Sid accountSid) =>
        await FindAsync(accountSid) ?? await ChangeAsync(accountSid, current => current?.Row ?? NewRow(accountSid));

    /// <summary>Replaces each property that was sent, whole, and leaves the others.</summary>
    /// <exception cref="Refusal">A value is wrong, or the version is not the one seen.</exception>
    public Task<AccountConfiguration> UpdateAsync(Sid accountSid, PropertyTexts sent, int? ifVersion)
    {
        CheckTypes(sent);
        var kept = sent.Without(ConfigurationField.GivenNames);
        return ChangeAsync(accountSid, current =>
        {
            if (ifVersion is { } seen && seen != current?.Row.Version)
            {
                throw Refusal.Stale("Configuration");
            }

            var properties = (current?.Properties ?? PropertyTexts.Empty).With(kept);
            CheckTargets(accountSid, kept, properties);
            var text = properties.ToText();
            if (Encoding.UTF8.GetByteCount(text) > BytesMax)
            {
                throw Refusal.Invalid($"The configuration would be larger than {BytesMax} bytes");
            }

            var row = current?.Row ?? NewRow(accountSid);
            return row with
            {
                Properties = text,
                Version = row.Version + 1,
                UpdatedAt = time.GetUtcNow(),
            };
        });
    }

    public void Dispose() => _changing.Dispose();

    private static void CheckTypes(PropertyTexts sent)
    {
        foreach (var (name, _) in sent.All)
        {
            if (ConfigurationField.Find(name) is not { } field)
            {
                continue;
            }

            using var value = sent.Read(name)!;
            field.Check(value.RootElement);
            switch (name)
            {
                case ConfigurationField.Skills:
                    SkillDefinition.ReadAll(value.RootElement);
                    break;
                case ConfigurationField.WorkerAttributes or ConfigurationField.WorkerChannels:
                    WorkerDefaults.Check(name, value.RootElement);
                    break;
            }
        }
    }

    // What was sent must exist now; what was sent before and is gone since is not the sender's mistake.
    private void CheckTargets(Sid accountSid, PropertyTexts sent, PropertyTexts properties)
    {
        var targets = ConfigurationTargets.Find(directory, accountSid, properties);
        CheckTarget(sent, ConfigurationField.WorkspaceSid, targets.Workspace?.Sid, "account");
        CheckTarget(sent, ConfigurationField.WorkflowSid, targets.WorkflowSid, "workspace");
        CheckTarget(sent, ConfigurationField.TaskQueueSid, targets.TaskQueueSid, "workspace");
        CheckTarget(sent, ConfigurationField.OfflineActivitySid, targets.OfflineActivitySid, "workspace");
    }

    private static void CheckTarget(PropertyTexts sent, string name, Sid? found, string where)
    {
        using var value = sent.Read(name);
        if (value?.RootElement is { ValueKind: JsonValueKind.String } sid && sid.GetString() != found?.ToString())
        {
            throw Refusal.Invalid($"Invalid {name}: {sid.GetString()} does not exist in this {where}");
        }
    }

    private FlexConfiguration NewRow(Sid accountSid)
    {
        var now = time.GetUtcNow();
        return new FlexConfiguration
        {
            AccountSid = accountSid,
            Properties = PropertyTexts.Empty.ToText(),
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    private async Task<AccountConfiguration> ChangeAsync(
        Sid accountSid, Func<AccountConfiguration?, FlexConfiguration> change)
    {
        await _changing.WaitAsync();
        try
        {
            var changed = new AccountConfiguration(change(await LoadAsync(accountSid)));
            await SaveAsync(changed.Row);
            _known[accountSid] = changed;
            return changed;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task SaveAsync(FlexConfiguration row)
    {
        try
        {
            await database.UpsertAsync([row], CancellationToken.None);
        }
        catch (DbException)
        {
            // Whether it is on disk is unknown, so the disk is asked next time.
            _known.TryRemove(row.AccountSid, out _);
            throw;
        }
    }

    private async Task<AccountConfiguration?> LoadAsync(Sid accountSid)
    {
        if (_known.TryGetValue(accountSid, out var known))
        {
            return known;
        }

        await using var db = database.CreateDbContext();
        var row = await db.FlexConfigurations.AsNoTracking()
            .SingleOrDefaultAsync(found => found.AccountSid == accountSid);
        return _known[accountSid] = row is null ? null : new AccountConfiguration(row);
    }
}
