using System.Text;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Flex;

/// <summary>An account's configuration, read once, when it is written. Immutable.</summary>
internal sealed class AccountConfiguration
{
    public AccountConfiguration(FlexConfiguration row)
    {
        Row = row;
        Properties = PropertyTexts.Parse(Encoding.UTF8.GetBytes(row.Properties));
        using var skills = Properties.Read(ConfigurationField.Skills);
        Skills = skills is null ? [] : SkillDefinition.ReadAll(skills.RootElement);
    }

    public FlexConfiguration Row { get; }

    /// <summary>What clients have sent.</summary>
    public PropertyTexts Properties { get; }

    public IReadOnlyList<SkillDefinition> Skills { get; }

    public SkillDefinition? FindSkill(string name) => Skills.FirstOrDefault(skill => skill.Name == name);

    /// <summary>Looked up anew each time: what a configuration names may be deleted at any moment.</summary>
    public ConfigurationTargets TargetsIn(WorkspaceDirectory directory) =>
        ConfigurationTargets.Find(directory, Row.AccountSid, Properties);
}

/// <summary>
/// The one workspace that a configuration is about, and what it names there: what a client has set, for as long as it
/// exists, else what a Flex workspace has by these names, or the only one there is.
/// </summary>
internal sealed record ConfigurationTargets(
    WorkspaceLoop? Workspace, Sid? WorkflowSid, Sid? TaskQueueSid, Sid? OfflineActivitySid)
{
    public static ConfigurationTargets Find(WorkspaceDirectory directory, Sid accountSid, PropertyTexts properties)
    {
        var workspace = properties.FindSid(ConfigurationField.WorkspaceSid, SidKind.Workspace) is { } sid
            ? directory.Find(accountSid, sid)
            : null;
        workspace ??= directory.List(accountSid).Take(2).ToArray() is [var only]
            ? directory.Find(accountSid, only.Sid)
            : null;
        if (workspace?.View is not { } view)
        {
            return new ConfigurationTargets(null, null, null, null);
        }

        return new ConfigurationTargets(
            workspace,
            Choose(
                view.Workflows,
                properties.FindSid(ConfigurationField.WorkflowSid, SidKind.Workflow),
                Workflow.AssignToAnyone,
                row => (row.Sid, row.FriendlyName)),
            Choose(
                view.TaskQueues,
                properties.FindSid(ConfigurationField.TaskQueueSid, SidKind.TaskQueue),
                TaskQueue.Everyone,
                row => (row.Sid, row.FriendlyName)),
            Choose(
                view.Activities,
                properties.FindSid(ConfigurationField.OfflineActivitySid, SidKind.Activity),
                Activity.Offline,
                row => (row.Sid, row.FriendlyName)));
    }

    private static Sid? Choose<TRow>(
        CommittedTable<TRow> table, Sid? wanted, string name, Func<TRow, (Sid Sid, string Name)> identify)
        where TRow : class
    {
        if (wanted is { } sid && table.Find(sid) is not null)
        {
            return sid;
        }

        Sid? only = null;
        var count = 0;
        foreach (var row in table.InOrder.After(null))
        {
            var (rowSid, rowName) = identify(row);
            if (rowName == name)
            {
                return rowSid;
            }

            only = ++count == 1 ? rowSid : null;
        }

        return only;
    }
}
