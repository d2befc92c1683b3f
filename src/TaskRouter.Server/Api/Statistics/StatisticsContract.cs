using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api.Statistics;

/// <summary>Whose statistics an answer holds, and the resources that answers are.</summary>
/// <param name="Sid">Null for the workspace, and for all its workers.</param>
/// <param name="SidField">The field that says <paramref name="Sid"/>.</param>
internal sealed record StatisticsContract(string Whose, SidKind? Sid, string SidField = "")
{
    public static readonly StatisticsContract Workspace = new("workspace", null);
    public static readonly StatisticsContract Workflow = new("workflow", SidKind.Workflow, "workflow_sid");
    public static readonly StatisticsContract Queue = new("task_queue", SidKind.TaskQueue, "task_queue_sid");
    public static readonly StatisticsContract Workers = new("workers", null);
    public static readonly StatisticsContract Worker = new("worker", SidKind.Worker, "worker_sid");

    /// <summary>A resource that says whose it is, and its address unless it is an item of a list.</summary>
    public Resource Resource(string name, string path, params Field[] fields) => new(
        name,
        $"statistics of a {Whose.Replace('_', ' ')}",
        $"statistics of {Whose.Replace('_', ' ')}s",
        [.. Identity, .. fields, .. path.Length > 0 ? new[] { Field.Address(path) } : []]);

    /// <summary>Account, workspace and whose statistics these are.</summary>
    public void WriteIdentity(Utf8JsonWriter json, Scope scope, Sid? sid)
    {
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteSid("workspace_sid"u8, scope.WorkspaceSid);
        if (SidField.Length > 0)
        {
            json.WriteString(SidField, sid.ToString());
        }
    }

    private Field[] Identity =>
    [
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("workspace_sid", SidKind.Workspace),
        .. Sid is { } kind ? new[] { Field.Sid(SidField, kind) } : [],
    ];
}
