using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/activity</summary>
internal static class ActivitiesApi
{
    private static readonly TextParameter FriendlyName = new(
        "FriendlyName", "Name of the activity, in any letter case unique in its workspace", "Lunch");

    private static readonly FlagParameter Available = new(
        "Available", "Whether workers in this activity take tasks; it stays as it was made");

    private static readonly Resource Shown = new(
        "activity",
        "an activity",
        "activities",
        Field.Sid("account_sid", SidKind.Account),
        Field.Flag("available"),
        Field.Instant("date_created"),
        Field.Instant("date_updated"),
        Field.Text("friendly_name", "Lunch"),
        Field.Sid("sid", SidKind.Activity),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Address("/WS.../Activities/WA..."),
        Field.Links("workspace"));

    public static void Map(Routes activities)
    {
        activities.Get("", Operation.List("ListActivity", "activities", Shown, FriendlyName, Available), List);
        activities.Post(
            "",
            Operation.Create("CreateActivity", Shown, FriendlyName with { IsRequired = true }, Available),
            Create);
        activities.Get("/{sid}", Operation.Fetch("FetchActivity", Shown), Fetch);
        activities.Post("/{sid}", Operation.Update("UpdateActivity", Shown, FriendlyName), Update);
        activities.Delete("/{sid}", Operation.Delete("DeleteActivity", Shown), Delete);
    }

    private static void List(Scope scope)
    {
        var query = scope.ReadQuery();
        var name = query.NameKey(FriendlyName);
        var available = query.Value(Available);

        var rows = new CreationOrder<Activity>(scope.View.Activities.InOrder, row => row.Sid, activity =>
            (name is null || activity.NameKey == name)
            && (available is null || activity.Available == available));
        Page.Answer(scope, query, "activities", rows, Write);
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var activity = await scope.ExecuteAsync(new CreateActivity(
            FriendlyName: form.Required(FriendlyName),
            Available: form.Value(Available) ?? false));

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
        var activity = await scope.ExecuteAsync(new UpdateActivity(sid, FriendlyName: form.Text(FriendlyName)));

        scope.Answer(StatusCodes.Status200OK, activity, Write);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.ExecuteAsync(new DeleteActivity(scope.SidOf("sid", SidKind.Activity)));
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
        json.WriteUrl("url"u8, scope.Url("/Activities/"u8, activity.Sid));
        json.WriteStartObject("links"u8);
        json.WriteUrl("workspace"u8, scope.Url());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
