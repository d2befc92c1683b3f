using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/taskrouter/api/task-channel</summary>
internal static class TaskChannelsApi
{
    private static readonly TextParameter FriendlyName = new("FriendlyName", "Name of the channel", "Chat");

    private static readonly TextParameter UniqueName = new(
        "UniqueName", "The name that tasks are sent with; it stays as it was made", "chat");

    private static readonly FlagParameter ChannelOptimizedRouting = new(
        "ChannelOptimizedRouting", "Whether the longest idle worker is sought within this channel alone");

    private static readonly Resource Shown = new(
        "task_channel",
        "a task channel",
        "task channels",
        Field.Sid("account_sid", SidKind.Account),
        Field.Instant("date_created"),
        Field.Instant("date_updated"),
        Field.Text("friendly_name", "Chat"),
        Field.Sid("sid", SidKind.TaskChannel),
        Field.Text("unique_name", "chat"),
        Field.Sid("workspace_sid", SidKind.Workspace),
        Field.Flag("channel_optimized_routing"),
        Field.Address("/WS.../TaskChannels/TC..."),
        Field.Links("workspace"));

    public static void Map(Routes channels)
    {
        channels.Get("", Operation.List("ListTaskChannel", "channels", Shown), List);
        channels.Post(
            "",
            Operation.Create(
                "CreateTaskChannel",
                Shown,
                FriendlyName with { IsRequired = true },
                UniqueName with { IsRequired = true },
                ChannelOptimizedRouting),
            Create);
        channels.Get("/{sid}", Operation.Fetch("FetchTaskChannel", Shown), Fetch);
        channels.Post(
            "/{sid}", Operation.Update("UpdateTaskChannel", Shown, FriendlyName, ChannelOptimizedRouting), Update);
        channels.Delete("/{sid}", Operation.Delete("DeleteTaskChannel", Shown), Delete);
    }

    /// <summary>
    /// The channel with this SID or unique name. A workspace has a handful of them, so it looks at each.
    /// </summary>
    public static TaskChannel? Find(CommittedView view, string sidOrName)
    {
        if (Sid.TryParse(sidOrName, SidKind.TaskChannel, out var sid))
        {
            return view.TaskChannels.Find(sid);
        }

        var key = NameKeys.Of(sidOrName);
        return view.TaskChannels.InOrder.After(null).FirstOrDefault(channel => channel.NameKey == key);
    }

    private static void List(Scope scope)
    {
        var rows = new CreationOrder<TaskChannel>(scope.View.TaskChannels.InOrder, row => row.Sid);
        Page.Answer(scope, scope.ReadQuery(), "channels", rows, Write);
    }

    private static async Task Create(Scope scope)
    {
        var form = await scope.ReadFormAsync();
        var channel = await scope.ExecuteAsync(new CreateTaskChannel(
            FriendlyName: form.Required(FriendlyName),
            UniqueName: form.Required(UniqueName),
            ChannelOptimizedRouting: form.Value(ChannelOptimizedRouting) ?? false));

        scope.Answer(StatusCodes.Status201Created, channel, Write);
    }

    private static void Fetch(Scope scope) => scope.Answer(StatusCodes.Status200OK, Get(scope), Write);

    private static async Task Update(Scope scope)
    {
        var sid = Get(scope).Sid;
        var form = await scope.ReadFormAsync();
        var channel = await scope.ExecuteAsync(new UpdateTaskChannel(
            sid,
            FriendlyName: form.Text(FriendlyName),
            ChannelOptimizedRouting: form.Value(ChannelOptimizedRouting)));

        scope.Answer(StatusCodes.Status200OK, channel, Write);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.ExecuteAsync(new DeleteTaskChannel(Get(scope).Sid));
        scope.AnswerNothing();
    }

    private static TaskChannel Get(Scope scope) => Find(scope.View, scope.Segment("sid")) ?? throw scope.NotFound();

    private static void Write(Utf8JsonWriter json, TaskChannel channel, Scope scope)
    {
        json.WriteStartObject();
        json.WriteSid("account_sid"u8, scope.AccountSid);
        json.WriteInstant("date_created"u8, channel.CreatedAt);
        json.WriteInstant("date_updated"u8, channel.UpdatedAt);
        json.WriteString("friendly_name"u8, channel.FriendlyName);
        json.WriteSid("sid"u8, channel.Sid);
        json.WriteString("unique_name"u8, channel.UniqueName);
        json.WriteSid("workspace_sid"u8, channel.WorkspaceSid);
        json.WriteBoolean("channel_optimized_routing"u8, channel.ChannelOptimizedRouting);
        json.WriteUrl("url"u8, scope.Url("/TaskChannels/"u8, channel.Sid));
        json.WriteStartObject("links"u8);
        json.WriteUrl("workspace"u8, scope.Url());
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
