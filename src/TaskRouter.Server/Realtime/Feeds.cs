using System.Collections.Concurrent;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Realtime;

/// <summary>Everybody who follows a workspace, told of every commit by its loop.</summary>
internal sealed class Feeds(WorkspaceDirectory directory, ApiKeys keys) : IHostedLifecycleService
{
    /// <summary>Wallboards and supervisors, not agents.</summary>
    public const int FeedsMax = 500;

    private readonly ConcurrentDictionary<Feed, WorkspaceLoop> _feeds = new();
    private volatile bool _isStopping;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        directory.Committed += OnCommitted;
        keys.Deleted += OnKeyDeleted;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the server stops listening: it waits for every answer to end.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        foreach (var feed in _feeds.Keys)
        {
            feed.Drop("The server is stopping");
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        directory.Committed -= OnCommitted;
        keys.Deleted -= OnKeyDeleted;
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Null when there are as many as there may be.</summary>
    public Feed? Open(WorkspaceLoop loop, FeedFilter filter, Caller follower)
    {
        if (_feeds.Count >= FeedsMax || _isStopping)
        {
            return null;
        }

        var feed = new Feed(filter, follower.CredentialSid);
        _feeds[feed] = loop;

        // The key may have gone before the feed was there to be told of it.
        if (follower.CredentialSid is { Kind: SidKind.ApiKey } keySid
            && keys.Find(follower.AccountSid, keySid) is null)
        {
            OnKeyDeleted(keySid);
        }

        return feed;
    }

    public void Close(Feed feed) => _feeds.TryRemove(feed, out _);

    private void OnKeyDeleted(Sid keySid)
    {
        foreach (var feed in _feeds.Keys.Where(feed => feed.CredentialSid == keySid))
        {
            feed.Drop("The key was deleted");
        }
    }

    private void OnCommitted(WorkspaceLoop loop, Changes changes)
    {
        foreach (var (feed, followed) in _feeds)
        {
            if (followed != loop)
            {
                continue;
            }

            foreach (var happened in changes.Events)
            {
                feed.Tell(happened);
            }

            if (changes.WorkspaceDeleted)
            {
                feed.Drop("The workspace was deleted");
            }
        }
    }
}
