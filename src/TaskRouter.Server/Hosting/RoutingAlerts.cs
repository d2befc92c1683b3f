using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Hosting;

/// <summary>Keeps the warnings of committed routing as alerts.</summary>
internal sealed class RoutingAlerts(WorkspaceDirectory directory, AlertLog alerts) : IHostedLifecycleService
{
    /// <summary>Before any service starts, so that no commit is unseen.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Committed += OnCommitted;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        directory.Committed -= OnCommitted;
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // On the workspace's loop: an alert finds room at once or is dropped.
    private void OnCommitted(WorkspaceLoop loop, Changes changes)
    {
        if (changes.Warnings.Count == 0 || loop.View.Workspace is not { } workspace)
        {
            return;
        }

        foreach (var warning in changes.Warnings)
        {
            alerts.Write(new Trouble(
                workspace.AccountSid, workspace.Sid, warning.TaskSid, warning.Code, warning.Text));
        }
    }
}
