using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/activity</summary>
internal static class ActivitiesApi
{
    public static void Map(Routes activities)
    {
        activities.Get("", List);
        activities.Post("", Create);
        activities.Get("/{sid}", Fetch);
        activities.Post("/{sid}", Update);
        activities.Delete("/{sid}", Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        var name = query.NameKey("FriendlyName");
        var available = query.Flag("Available");

        var rows = new CreationOrder<Activity>(scope.View.Activities.InOrder, row => row.Sid, activity =>
            (name is null || activity.NameKey == name)
            && (available is null || activity.Available == available));
        Page.Answer(scope, query, "activities", rows, Write);
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var activity = await scope.Loop.ExecuteAsync(new CreateActivity(
            FriendlyName: form.Required("FriendlyName"),
            Available: form.Flag("Available") ?? false));

        scope.Answer(StatusCodes.Status201Created, activity, Write);
    }

    private static void Fetch(Scope scope)
    {
        var activity = scope.View.Activities.Find(scope.SidOf("sid", SidKind.Activity)) ?? throw scope.NotFound();
        scope.Answer(StatusCodes.Status200OK, activity, Write);
    }

    private static async Task Update(Scope scope)
    {
        var sid = scope.SidOf("sid", SidKind.Activity);
        var form = await scope.ReadFormAsync();
        var activity = await scope.Loop.ExecuteAsync(new UpdateActivity(sid, FriendlyName: form.Text("FriendlyName")));

        scope.Answer(StatusCodes.Status200OK, activity, Write);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.Loop.ExecuteAsync(new DeleteActivity(scope.SidOf("sid", SidKind.Activity)));
        scope.AnswerNothing();
    }

    private static void Write(Utf8JsonWriter json, Activity activity, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteBoolean("available"u8, activity.Available);
        json.WriteInstant("date_created"u8, activity.CreatedAt);
        json.WriteInstant("date_updated"u8, activity.UpdatedAt);
        json.WriteString("friendly_name"u8, activity.FriendlyName);
        json.WriteSid("sid"u8, activity.Sid);
        json.WriteSid("workspace_sid"u8, activity.WorkspaceSid);
        json.WriteString("url"u8, scope.Url("/Activities/"u8, activity.Sid));
        json.WriteStartObject("links"u8);
        json.WriteString("workspace"u8, scope.Url());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
