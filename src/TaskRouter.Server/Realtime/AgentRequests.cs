using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// Everything that an agent's client asks for, by the version that it asks in. Changes are the REST API's own; only the
/// form of the answers differs.
/// </summary>
internal sealed class AgentRequests
{
    private static readonly Dictionary<string, string> ChannelAliases = new()
    {
        ["TaskChannelUniqueName"] = "TaskChannel",
        ["TaskChannelSid"] = "TaskChannel",
    };

    private static readonly FlagParameter Active = new("Active", "Only those that are not over");

    private readonly AgentOperation[] _first;
    private readonly AgentOperation[] _second;

    public AgentRequests(AgentSockets sockets)
    {
        _first = [.. OfWorkers(), .. OfTasks(), .. OfReservations(), .. OfTaskQueues()];
        _second =
        [
            new("GET", "Workers/{workerSid}/Reservations", Takes([Active, .. AgentList.Paging]), scope =>
                ListReservations(scope, sockets)),
            .. AgentTransfers.Operations,
            .. Participants.Operations,
        ];
    }

    /// <param name="version">Of the header apiVersion; without one the first is meant.</param>
    public AgentOperation? Find(string? version, string method, ReadOnlySpan<string> path)
    {
        var operations = version switch
        {
            null or "" or "v1" => _first,
            "v2" => _second,
            _ => throw Refusal.Invalid("Invalid apiVersion: must be v1 or v2"),
        };
        foreach (var operation in operations)
        {
            if (operation.Fits(method, path))
            {
                return operation;
            }
        }

        return null;
    }

    public static Operation Takes(params IReadOnlyList<Parameter> parameters) => Operation.OfAgents(parameters);

    public static Action<Utf8JsonWriter> Show(RoutingTask task, Scope scope)
    {
        var names = TaskNames.Of(task, scope.View);
        return json => AgentJson.WriteTask(json, task, names, scope.AccountSid, scope.Now);
    }

    public static Action<Utf8JsonWriter> ShowChanged(Reservation reservation, Scope scope) => json =>
        AgentJson.WriteChangedReservation(
            json, reservation, scope.View.Workers.Find(reservation.WorkerSid)?.FriendlyName, scope.AccountSid);

    private static AgentOperation[] OfWorkers() =>
    [
        new("GET", "Activities", Takes(AgentList.Paging), ListActivities),
        new("GET", "Workers", Takes([.. WorkersApi.Filters, .. AgentList.Paging]), ListWorkers),
        new("GET", "Workers/{sid}", Takes(), scope => Task.FromResult(Show(WorkersApi.Get(scope), scope))),
        new("POST", "Workers/{sid}", Takes(WorkersApi.Updated), UpdateWorkerAsync),
        new("GET", "Workers/{workerSid}/WorkerChannels", Takes(AgentList.Paging), ListChannels),
    ];

    private static AgentOperation[] OfTasks() =>
    [
        new("POST", "Tasks", Takes(TasksApi.Taken), CreateTaskAsync) { Aliases = ChannelAliases },
        new("GET", "Tasks/{sid}", Takes(), scope => Task.FromResult(Show(TasksApi.Get(scope), scope))),
        new("POST", "Tasks/{sid}", Takes(TasksApi.Updated), async scope =>
            Show(await TasksApi.UpdateAsync(scope), scope)),
    ];

    private static AgentOperation[] OfReservations() =>
    [
        new("GET", "Workers/{workerSid}/Reservations/{sid}", Takes(), FetchReservation),
        new("POST", "Workers/{workerSid}/Reservations/{sid}", Takes(ReservationsApi.UpdatedOfWorker), async scope =>
            ShowChanged(await ReservationsApi.UpdateOfWorkerAsync(scope), scope)),
        new("POST", "Tasks/{taskSid}/Reservations/{sid}", Takes(ReservationsApi.UpdatedOfTask), async scope =>
            ShowChanged(await ReservationsApi.UpdateOfTaskAsync(scope), scope)),
    ];

    private static AgentOperation[] OfTaskQueues() =>
    [
        new("GET", "TaskQueues", Takes([.. TaskQueuesApi.Filters, .. AgentList.Paging]), ListTaskQueues),
        new("GET", "TaskQueues/{sid}", Takes(), scope =>
        {
            var queue = TaskQueuesApi.Get(scope);
            return Task.FromResult<Action<Utf8JsonWriter>>(json => AgentJson.WriteTaskQueue(json, queue, scope));
        }),
    ];

    private static Action<Utf8JsonWriter> Show(Worker worker, Scope scope) => json => AgentJson.WriteWorker(
        json, worker, scope.View.Activities.Find(worker.ActivitySid), scope.AccountSid);

    private static async Task<Action<Utf8JsonWriter>> ListActivities(Scope scope)
    {
        var activities = scope.View.Activities;
        return AgentList.Page(
            await scope.ReadFormAsync(),
            new CreationOrder<Activity>(activities.InOrder, activity => activity.Sid),
            activity => activity.Sid,
            sid => activities.Find(sid) is not null,
            (json, activity) => AgentJson.WriteActivity(json, activity, scope.AccountSid));
    }

    private static async Task<Action<Utf8JsonWriter>> ListWorkers(Scope scope)
    {
        var form = Filtering(await scope.ReadFormAsync());
        return AgentList.Page(
            form,
            WorkersApi.Find(scope, form),
            worker => worker.Sid,
            sid => scope.View.Workers.Find(sid) is not null,
            (json, worker) => Show(worker, scope)(json));
    }

    private static async Task<Action<Utf8JsonWriter>> ListTaskQueues(Scope scope)
    {
        var form = Filtering(await scope.ReadFormAsync());
        return AgentList.Page(
            form,
            TaskQueuesApi.Find(scope, form),
            queue => queue.Sid,
            sid => scope.View.TaskQueues.Find(sid) is not null,
            (json, queue) => AgentJson.WriteTaskQueue(json, queue, scope));
    }

    private static async Task<Action<Utf8JsonWriter>> ListChannels(Scope scope)
    {
        var channels = scope.View.WorkerChannels;
        return AgentList.Page(
            await scope.ReadFormAsync(),
            new CreationOrder<WorkerChannel>(scope.View.ChannelsOf(WorkerOf(scope).Sid), channel => channel.Sid),
            channel => channel.Sid,
            sid => channels.Find(sid) is not null,
            (json, channel) => AgentJson.WriteChannel(
                json,
                channel,
                scope.View.TaskChannels.Find(channel.TaskChannelSid)?.UniqueName,
                scope.AccountSid));
    }

    private static async Task<Action<Utf8JsonWriter>> ListReservations(Scope scope, AgentSockets sockets)
    {
        var form = await scope.ReadFormAsync();
        var worker = WorkerOf(scope);

        // Before looking: what happens from here on is told, what has happened is in the list.
        sockets.MarkListed(worker.Sid);
        var onlyActive = form.Value(Active) ?? false;
        var rows = new CreationOrder<Reservation>(
            scope.View.ReservationsOfWorker(worker.Sid),
            reservation => reservation.Sid,
            reservation => (!onlyActive || reservation.IsActive) && scope.View.Tasks.Find(reservation.TaskSid) != null);
        return AgentList.Page(
            form,
            rows,
            reservation => reservation.Sid,
            sid => scope.View.Reservations.Find(sid) is not null,
            (json, reservation) =>
            {
                if (ReservationScene.Of(reservation, scope.View) is { } scene)
                {
                    AgentJson.WriteReservation(json, reservation, scene, scope.Now);
                }
            });
    }

    private static Task<Action<Utf8JsonWriter>> FetchReservation(Scope scope)
    {
        var reservation = ReservationsApi.GetOfWorker(scope);
        var scene = ReservationScene.Of(reservation, scope.View) ?? throw scope.NotFound();
        return Task.FromResult<Action<Utf8JsonWriter>>(json =>
            AgentJson.WriteReservation(json, reservation, scene, scope.Now));
    }

    private static async Task<Action<Utf8JsonWriter>> UpdateWorkerAsync(Scope scope)
    {
        // A supervisor's client sends the version of its own worker along when it changes another one.
        if (scope.Segment("sid") != scope.Caller.Grant!.WorkerSid?.ToString())
        {
            scope.Context.Request.Headers.IfMatch = default;
        }

        return Show(await WorkersApi.UpdateAsync(scope), scope);
    }

    private static async Task<Action<Utf8JsonWriter>> CreateTaskAsync(Scope scope)
    {
        const string Parameter = "WorkflowSid";
        var form = await scope.ReadFormAsync();
        var given = form.Given.LastOrDefault(pair => pair.Name == Parameter).Value;

        // Twilio's own words, which applications compare.
        return given is null || Sid.TryParse(given, SidKind.Workflow, out _)
            ? Show(await TasksApi.CreateAsync(scope), scope)
            : throw Refusal.Invalid(
                $"Value '{given}' provided for {Parameter} as RoutingTarget has an invalid format. "
                + $"WorkspaceSid: {scope.WorkspaceSid}, AccountSid: {scope.AccountSid}");
    }

    private static Worker WorkerOf(Scope scope) =>
        scope.View.Workers.Find(scope.SidOf("workerSid", SidKind.Worker)) ?? throw scope.NotFound();

    // An empty filter filters nothing, as in a query.
    private static Parameters Filtering(Parameters form) => new([.. form.Given.Where(pair => pair.Value.Length > 0)]);
}
