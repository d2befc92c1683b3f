using TaskRouter.Server.Api.Reports;
using TaskRouter.Server.Api.Statistics;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Callbacks;
using TaskRouter.Server.Storage;

namespace TaskRouter.Server.Api;

/// <summary>Every resource of the REST API, in one screen. https://www.twilio.com/docs/taskrouter/api</summary>
internal static class TaskRouterApi
{
    public static void MapTaskRouterApi(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider.GetRequiredService<ApiServices>();
        var workspaces = new Routes(endpoints, services, "/v1/Workspaces");
        WorkspacesApi.Map(workspaces);

        var workspace = workspaces.Under("/{workspaceSid}");
        ActivitiesApi.Map(workspace.Under("/Activities"));
        TaskChannelsApi.Map(workspace.Under("/TaskChannels"));
        TaskQueuesApi.Map(workspace.Under("/TaskQueues"));
        WorkflowsApi.Map(workspace.Under("/Workflows"));
        WorkersApi.Map(workspace.Under("/Workers"));
        WorkerChannelsApi.Map(workspace.Under("/Workers/{workerSid}/Channels"));
        TasksApi.Map(workspace.Under("/Tasks"));
        ReservationsApi.MapOfTask(workspace.Under("/Tasks/{taskSid}/Reservations"));
        EventsApi.Map(workspace.Under("/Events"));
        MapStatistics(workspace, endpoints.ServiceProvider);
        ReservationsApi.MapOfWorker(workspace.Under("/Workers/{workerSid}/Reservations"));

        // What Twilio does not have lives apart.
        var account = new Routes(endpoints, services, "/ext/v1");
        AlertsApi.Map(account.Under("/Alerts"));

        var extensions = account.Under("/Workspaces/{workspaceSid}");
        ExplainApi.Map(extensions);
        SkillsApi.Map(extensions);
        WorkerSkillsApi.Map(extensions.Under("/Workers/{workerSid}"));
        CallsApi.Map(extensions.Under("/Calls"));
        new EventDeliveriesApi(endpoints.ServiceProvider.GetRequiredService<EventCallbacks>())
            .Map(extensions.Under("/EventDeliveries"));
        new ReportsApi(endpoints.ServiceProvider.GetRequiredService<ReportLog>()).Map(extensions.Under("/Reports"));
    }

    private static void MapStatistics(Routes workspace, IServiceProvider services)
    {
        var log = services.GetRequiredService<StatisticsLog>();
        new WorkspaceStatisticsApi(log).Map(workspace);
        new WorkflowStatisticsApi(log).Map(workspace.Under("/Workflows/{workflowSid}"));
        new TaskQueueStatisticsApi(log).Map(workspace.Under("/TaskQueues/{taskQueueSid}"));
        new TaskQueuesStatisticsApi(log).Map(workspace.Under("/TaskQueues"));
        new WorkersStatisticsApi(services.GetRequiredService<WorkerStatisticsLog>()).Map(workspace.Under("/Workers"));
    }
}
