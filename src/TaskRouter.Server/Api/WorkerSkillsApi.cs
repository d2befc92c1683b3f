using System.Net.Mime;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Flex;

namespace TaskRouter.Server.Api;

/// <summary>
/// Changes of parts of a worker's attributes, each as one command of the workspace, so that simultaneous ones lose
/// nothing: a merge patch, and what Flex's agent panel does with skills. Not in Twilio's API.
/// </summary>
internal static class WorkerSkillsApi
{
    private static readonly TextParameter Name = new("Name", "A skill that the configuration defines", "Support")
    {
        IsRequired = true,
    };

    private static readonly NumberParameter Level = new(
        "Level", "Of a skill with levels, within its bounds", Shape.Integer with { Example = "3" });

    private static readonly FlagParameter Enabled = new(
        "Enabled", "Whether routing sees the skill; a disabled one keeps its level");

    private static readonly Resource Shown = new(
        "worker_skills",
        "a worker's skills",
        "",
        Field.Sid("account_sid", SidKind.Account),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Sid("worker_sid", SidKind.Worker),
        Field.List("skills"))
    {
        HasVersions = true,
    };

    public static void Map(Routes worker)
    {
        worker.Post(
            "/Attributes",
            Operation.Update("PatchWorkerAttributes", WorkersApi.Shown) with { BodyType = RequestBody.PatchType },
            PatchAsync);
        worker.Get("/Skills", Operation.Fetch("FetchWorkerSkills", Shown), Fetch);
        worker.Post("/Skills", Operation.Create("CreateWorkerSkill", Shown, Name, Level), AssignAsync);
        worker.Post("/Skills/{name}", Operation.Update("UpdateWorkerSkill", Shown, Level, Enabled), UpdateAsync);
        worker.Delete("/Skills/{name}", Operation.Delete("DeleteWorkerSkill", Shown), RemoveAsync);
    }

    private static async Task PatchAsync(Scope scope)
    {
        var sid = WorkerSid(scope);
        var patch = await scope.ReadJsonAsync(RequestBody.PatchType, MediaTypeNames.Application.Json);
        WorkersApi.Answer(scope, StatusCodes.Status200OK, await scope.ExecuteAsync(new PatchWorkerAttributes(
            sid, Encoding.UTF8.GetString(patch), Revision.Wanted(scope.Context.Request))));
    }

    private static async Task Fetch(Scope scope)
    {
        var worker = scope.View.Workers.Find(WorkerSid(scope)) ?? throw scope.NotFound();
        Answer(scope, StatusCodes.Status200OK, worker, await scope.FindConfigurationAsync());
    }

    private static async Task AssignAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var name = form.Required(Name);
        var configuration = await scope.FindConfigurationAsync();
        var definition = configuration?.FindSkill(name)
            ?? throw Name.Refuse($"'{name}' is not among {ConfigurationField.Skills}");
        await ChangeAsync(
            scope,
            configuration,
            StatusCodes.Status201Created,
            new SkillChange(SkillAction.Assign, name, form.Value(Level), definition.Rule));
    }

    private static async Task UpdateAsync(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var configuration = await scope.FindConfigurationAsync();
        var name = NameIn(scope);
        var rule = configuration?.FindSkill(name)?.Rule;
        var changes = new List<SkillChange>();
        if (form.Value(Level) is { } level)
        {
            changes.Add(new SkillChange(SkillAction.SetLevel, name, level, rule));
        }

        if (form.Value(Enabled) is { } enabled)
        {
            changes.Add(new SkillChange(enabled ? SkillAction.Enable : SkillAction.Disable, name));
        }

        if (changes.Count == 0)
        {
            changes.Add(new SkillChange(SkillAction.Keep, name));
        }

        await ChangeAsync(scope, configuration, StatusCodes.Status200OK, [.. changes]);
    }

    private static async Task RemoveAsync(Scope scope)
    {
        await scope.ExecuteAsync(new ChangeWorkerSkills(
            WorkerSid(scope),
            [new SkillChange(SkillAction.Remove, NameIn(scope))],
            Revision.Wanted(scope.Context.Request)));
        scope.AnswerNothing();
    }

    private static async Task ChangeAsync(
        Scope scope, AccountConfiguration? configuration, int status, params SkillChange[] changes)
    {
        var worker = await scope.ExecuteAsync(new ChangeWorkerSkills(
            WorkerSid(scope), changes, Revision.Wanted(scope.Context.Request)));
        Answer(scope, status, worker, configuration);
    }

    private static Sid WorkerSid(Scope scope) => scope.SidOf("workerSid", SidKind.Worker);

    // Routing has decoded everything but the slash, which would have been another segment: what looks like one may have
    // been "%2F" or "%252F". Only what was sent tells.
    private static string NameIn(Scope scope)
    {
        var name = scope.Segment("name");
        if (!name.Contains("%2F", StringComparison.OrdinalIgnoreCase))
        {
            return name;
        }

        var sent = scope.Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return Uri.UnescapeDataString(sent.Split('?')[0].TrimEnd('/').Split('/')[^1]);
    }

    private static void Answer(Scope scope, int status, Worker worker, AccountConfiguration? configuration)
    {
        Revision.Give(scope.Context.Response, worker.Version);
        scope.Answer(status, (worker, configuration), static (json, shown, scope) =>
        {
            json.WriteStartObject();
            json.WriteSid("account_sid"u8, scope.AccountSid);
            json.WriteSid("workspace_sid"u8, scope.WorkspaceSid);
            json.WriteSid("worker_sid"u8, shown.worker.Sid);
            json.WriteStartArray("skills"u8);
            foreach (var skill in WorkerSkill.ReadAll(shown.worker.Attributes))
            {
                Write(json, skill, shown.configuration?.FindSkill(skill.Name)?.Rule);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, WorkerSkill skill, SkillRule? rule)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, skill.Name);
        json.WriteBoolean("enabled"u8, skill.IsEnabled);
        json.WritePropertyName("level"u8);
        json.WriteRawValue(skill.Level ?? "null");
        json.WriteBoolean("defined"u8, rule is not null);
        json.WriteRule(rule ?? new SkillRule(skill.Level is not null, 0, null));
        json.WriteEndObject();
    }

    /// <summary>In the words of <c>taskrouter_skills</c>.</summary>
    public static void WriteRule(this Utf8JsonWriter json, SkillRule rule)
    {
        json.WriteBoolean("multivalue"u8, rule.HasLevels);
        Write(json, "minimum"u8, rule.Minimum);
        Write(json, "maximum"u8, rule.Maximum);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? bound)
    {
        if (bound is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
