namespace TaskRouter.Server.Realtime;

/// <summary>The open sockets of one worker, and the worker's requests that have no answer yet.</summary>
internal sealed class WorkerSockets
{
    private readonly Lock _lock = new();
    private readonly HashSet<TaskCompletionSource> _requests = [];
    private volatile AgentSocket[] _sockets = [];

    public AgentSocket[] Sockets => _sockets;

    /// <summary>False when the worker has as many as it may.</summary>
    public bool TryAdd(AgentSocket socket, int max)
    {
        lock (_lock)
        {
            if (_sockets.Length >= max)
            {
                return false;
            }

            _sockets = [.. _sockets, socket];
            return true;
        }
    }

    /// <summary>True when it was the last one.</summary>
    public bool Remove(AgentSocket socket)
    {
        lock (_lock)
        {
            _sockets = [.. _sockets.Where(each => each != socket)];
            return _sockets.Length == 0;
        }
    }

    public void Begin(TaskCompletionSource request)
    {
        lock (_lock)
        {
            _requests.Add(request);
        }
    }

    public void End(TaskCompletionSource request)
    {
        lock (_lock)
        {
            _requests.Remove(request);
        }

        request.TrySetResult();
    }

    /// <summary>Puts an event in every socket's line. Called on the loop.</summary>
    public void Tell(AgentFrame frame, long happenedAt)
    {
        var answers = Answers();
        foreach (var socket in _sockets)
        {
            socket.Tell(frame, happenedAt, answers);
        }
    }

    private Task Answers()
    {
        lock (_lock)
        {
            return _requests.Count == 0 ? Task.CompletedTask : Task.WhenAll(_requests.Select(request => request.Task));
        }
    }
}
