using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Flex;

namespace TaskRouter.Server.Api;

/// <summary>
/// The skills that the configuration defines, where they are used, and giving them to many workers at once. Not in
/// Twilio's API; what Flex shows on its page of skills.
/// https://www.twilio.com/docs/flex/onboarding/configure-skill-based-routing
/// </summary>
internal static class SkillsApi
{
    private static readonly TextParameter Assignments = new(
        "Assignments", "CSV: a worker's friendly name, a skill and a level on each line", "Alice,Support,3")
    {
        IsRequired = true,
    };

    private static readonly FlagParameter DryRun = new(
        "DryRun", "Whether nothing is changed: the answer says what would be wrong");

    private static readonly FlagParameter AllOrNothing = new(
        "AllOrNothing", "Whether one wrong line keeps the others from being obeyed, too");

    private static readonly Resource Shown = new(
        "skills",
        "the skills, and where they are used",
        "",
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.List("skills"));

    private static readonly Resource ShownAssignments = new(
        "skill_assignments",
        "skill assignments from CSV",
        "",
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Flag("dry_run"),
        Field.Integer("lines"),
        Field.Integer("assigned"),
        Field.List("errors"));

    public static void Map(Routes workspace)
    {
        workspace.Get("/Skills", Operation.Fetch("FetchSkills", Shown), FetchAsync);
        workspace.Post(
            "/SkillAssignments",
            Operation.Create("CreateSkillAssignments", ShownAssignments, Assignments, DryRun, AllOrNothing),
            AssignAsync);
    }

    private static async Task FetchAsync(Scope scope)
    {
        var skills = (await scope.FindConfigurationAsync())?.Skills ?? [];
        var uses = SkillUse.OfAll(scope.View, skills);
        scope.Answer(StatusCodes.Status200OK, skills.Zip(uses), static (json, rows, scope) =>
        {
            json.WriteStartObject();
            json.WriteSid("account_sid"u8, scope.AccountSid);
            json.WriteSid("workspace_sid"u8, scope.WorkspaceSid);
            json.WriteStartArray("skills"u8);
            foreach (var (skill, use) in rows)
            {
                Write(json, skill, use);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, SkillDefinition skill, SkillUse use)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, skill.Name);
        json.WriteRule(skill.Rule);
        json.WriteString("queue_expression"u8, skill.QueueExpression);
        json.WriteString("workflow_expression"u8, skill.WorkflowExpression);
        json.WriteString("order_by"u8, skill.OrderBy);
        json.WriteNumber("workers_enabled"u8, use.WorkersEnabled);
        json.WriteNumber("workers_disabled"u8, use.WorkersDisabled);
        json.WriteStartArray("task_queues"u8);
        foreach (var queue in use.TaskQueues)
        {
            json.WriteStartObject();
            json.WriteSid("sid"u8, queue.Sid);
            json.WriteString("friendly_name"u8, queue.FriendlyName);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("filters"u8);
        foreach (var (workflow, filter) in use.Filters)
        {
            json.WriteStartObject();
            json.WriteSid("workflow_sid"u8, workflow.Sid);
            json.WriteString("workflow_friendly_name"u8, workflow.FriendlyName);
            json.WriteString("filter_friendly_name"u8, filter);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings"u8);
        foreach (var warning in skill.Warnings)
        {
            json.WriteStringValue(warning);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task AssignAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var configuration = await scope.FindConfigurationAsync();
        var lines = SkillAssignments.Read(form.Required(Assignments), configuration);
        var readable = lines.Where(line => line.Assignment is not null).ToList();
        var isDryRun = form.Value(DryRun) ?? false;
        var allOrNothing = form.Value(AllOrNothing) ?? false;
        var keepsBack = allOrNothing && readable.Count < lines.Count;

        // Asked also when nothing is to be changed, so that the answer tells of every line.
        var errors = await scope.ExecuteAsync(new AssignSkills(
            [.. readable.Select(line => line.Assignment!)], allOrNothing, isDryRun || keepsBack));
        var wrong = lines.Where(line => line.Error is not null)
            .Select(line => (line.Line, Error: line.Error!))
            .Concat(readable.Zip(errors).Where(pair => pair.Second is not null)
                .Select(pair => (pair.First.Line, Error: pair.Second!)))
            .OrderBy(error => error.Line)
            .ToList();
        var right = lines.Count - wrong.Count;
        var assigned = isDryRun || (allOrNothing && wrong.Count > 0) ? 0 : right;
        scope.Answer(StatusCodes.Status201Created, new Report(isDryRun, lines.Count, assigned, wrong), Write);
    }

    private static void Write(Utf8JsonWriter json, Report report, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteSid("workspace_sid"u8, scope.WorkspaceSid);
        json.WriteBoolean("dry_run"u8, report.IsDryRun);
        json.WriteNumber("lines"u8, report.Lines);
        json.WriteNumber("assigned"u8, report.Assigned);
        json.WriteStartArray("errors"u8);
        foreach (var (line, error) in report.Errors)
        {
            json.WriteStartObject();
            json.WriteNumber("line"u8, line);
            json.WriteString("error"u8, error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private sealed record Report(
        bool IsDryRun, int Lines, int Assigned, IReadOnlyList<(int Line, string Error)> Errors);
}
