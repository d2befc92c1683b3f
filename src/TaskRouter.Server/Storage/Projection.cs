using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Storage;

/// <summary>
/// Puts one workspace's commits into their tables, in order, behind who commits. The transaction that writes their rows
/// deletes the commits, so at any moment each is in one place.
/// </summary>
internal sealed partial class Projection(Database database, Sid workspaceSid, long epoch, ILogger<Projection> log)
{
    /// <summary>How long commits wait for others, so that a record that changes often is written once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>So many rows wait for no others.</summary>
    private const int RowsInHurry = 20_000;

    private static readonly TimeSpan RetryPauseMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryPauseMax = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Queue<ProjectedRows> _waiting = new();
    private readonly List<(long Position, TaskCompletionSource Done)> _readers = [];

    // The end of the queue, while what is committed next can go into it.
    private ProjectedRows? _open;
    private TaskCompletionSource _hurry = NewSource();
    private long _position;
    private long _added;
    private int _rowsWaiting;
    private bool _isRunning;
    private volatile bool _isStopped;
    private volatile Exception? _refusal;

    public long Epoch => epoch;

    public int RowsWaiting => Volatile.Read(ref _rowsWaiting);

    /// <summary>For the next commit. There is one writer.</summary>
    public long NextPosition() => ++_position;

    /// <summary>Takes what has been committed.</summary>
    public void Add(long position, Changes changes, HistoryRows history)
    {
        lock (_lock)
        {
            if (_open is null || _open.Count >= database.RowsAtOnce)
            {
                _waiting.Enqueue(_open = new ProjectedRows());
            }

            _rowsWaiting -= _open.Count;
            _open.Add(position, changes, history);
            _rowsWaiting += _open.Count;
            _added = position;
            if (_rowsWaiting >= RowsInHurry)
            {
                _hurry.TrySetResult();
            }

            if (!_isRunning && !_isStopped)
            {
                _isRunning = true;
                _ = Task.Run(RunAsync);
            }
        }
    }

    /// <summary>Throws when a table refuses what has been committed: what comes after it would wait as well.</summary>
    public void ExpectAccepted()
    {
        if (_refusal is { } refusal)
        {
            throw new NotCaughtUpException(refusal);
        }
    }

    /// <inheritdoc cref="CommitLog.CatchUpAsync"/>
    public Task CatchUpAsync()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return Task.CompletedTask;
            }

            if (!_isRunning)
            {
                return Task.FromException(new NotCaughtUpException(null));
            }

            var done = NewSource();
            _readers.Add((_added, done));
            _hurry.TrySetResult();
            return done.Task;
        }
    }

    /// <summary>Begins to write nothing more. What is under way ends as it may.</summary>
    public void Stop()
    {
        _isStopped = true;
        lock (_lock)
        {
            _hurry.TrySetResult();
        }
    }

    private async Task RunAsync()
    {
        var failures = 0;
        do
        {
            await PauseAsync(failures);
            try
            {
                await WriteWaitingAsync(isUnsure: failures > 0);
                failures = 0;
            }
            catch (Exception exception)
            {
                Note(exception, ++failures);
            }
        }
        while (GoesOn());
    }

    // Of the first failure nobody knows whether it was committed all the same; then the second finds its rows there.
    private void Note(Exception exception, int failures)
    {
        // Who has lost the workspace writes nothing more, and its loop says so.
        _isStopped |= exception is OwnershipLostException;
        if (!_isStopped)
        {
            Log.Failed(log, exception, workspaceSid);
        }

        if (failures > 1 && exception is DbException refusal && database.IsIntegrityViolation(refusal))
        {
            _refusal = refusal;
        }

        RefuseReaders(exception);
    }

    private Task PauseAsync(int failures) => failures == 0
        ? Task.WhenAny(Task.Delay(Pause, TimeProvider.System), _hurry.Task)
        : Task.Delay(
            RetryPauseMin * Math.Min(1 << Math.Min(failures, 10), RetryPauseMax / RetryPauseMin), TimeProvider.System);

    /// <summary>Everything that waits at the beginning. What comes meanwhile has a turn of its own.</summary>
    /// <param name="isUnsure">The attempt before has failed, and may have been committed all the same.</param>
    private async Task WriteWaitingAsync(bool isUnsure)
    {
        foreach (var rows in BeginTurn())
        {
            if (_isStopped)
            {
                return;
            }

            if (!isUnsure || await IsLeftAsync(rows.LastPosition))
            {
                await database.WriteAsync(
                    workspaceSid,
                    batch => BatchScript.Project(batch, workspaceSid, epoch, rows),
                    deletesWorkspace: false,
                    CancellationToken.None);
            }

            isUnsure = false;
            EndWrite();
        }
    }

    private ProjectedRows[] BeginTurn()
    {
        lock (_lock)
        {
            _hurry = NewSource();
            _open = null;
            return [.. _waiting];
        }
    }

    private void EndWrite()
    {
        lock (_lock)
        {
            var written = _waiting.Dequeue();
            _rowsWaiting -= written.Count;
            foreach (var (_, done) in _readers.Where(reader => reader.Position <= written.LastPosition))
            {
                done.TrySetResult();
            }

            _readers.RemoveAll(reader => reader.Position <= written.LastPosition);
        }
    }

    private bool GoesOn()
    {
        lock (_lock)
        {
            _isRunning = _waiting.Count > 0 && !_isStopped;
            if (!_isRunning)
            {
                RefuseReaders(null);
            }

            return _isRunning;
        }
    }

    private void RefuseReaders(Exception? cause)
    {
        lock (_lock)
        {
            _readers.ForEach(reader => reader.Done.TrySetException(new NotCaughtUpException(cause)));
            _readers.Clear();
        }
    }

    private async Task<bool> IsLeftAsync(long position)
    {
        await using var db = database.CreateDbContext();
        return await db.Commits.AnyAsync(row => row.WorkspaceSid == workspaceSid && row.Position == position);
    }

    // Who waits for it must not run within the lock.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Error,
            Message = "Workspace {WorkspaceSid}: what was committed could not be put into its tables; trying again.")]
        public static partial void Failed(ILogger logger, Exception exception, Sid workspaceSid);
    }
}

/// <summary>The database does not take what was committed, so its tables do not say what is.</summary>
internal sealed class NotCaughtUpException(Exception? cause)
    : DbException("The tables are behind what was committed.", cause);
