using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Hosting;

/// <summary>A command on its way through a workspace's loop.</summary>
internal sealed class WaitingCommand(Command command, Actor? actor)
{
    // Continuations run elsewhere: the single writer must not find itself writing HTTP answers.
    private readonly TaskCompletionSource<object?> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Command Command { get; } = command;

    public Actor? Actor { get; } = actor;

    public Task<object?> Task => _reply.Task;

    public void Answer(object? result) => _reply.TrySetResult(result);

    public void Refuse(Exception exception) => _reply.TrySetException(exception);
}

/// <summary>
/// Commands that share a transaction, and what each is told once that is on disk. A refusal waits as well: it may rest
/// on what a command before it has changed.
/// </summary>
internal sealed class CommandBatch(int stepsMax)
{
    private readonly List<(WaitingCommand Command, object? Outcome)> _commands = [];
    private int _fired;

    public int Count => _commands.Count;

    /// <summary>What its events leave on disk, as far as that has been made.</summary>
    public HistoryRows History { get; } = new();

    /// <summary>Commands and deadlines that still find room.</summary>
    public int Room => stepsMax - _commands.Count - _fired;

    public void AddDeadlines(int count) => _fired += count;

    /// <summary>Applies a command; whatever else than a refusal goes wrong is left to the caller.</summary>
    public void Apply(Router router, WaitingCommand command, DateTimeOffset now)
    {
        _commands.Add((command, null));
        try
        {
            _commands[^1] = (command, router.Apply(command.Command, now, command.Actor));
        }
        catch (Refusal refusal)
        {
            _commands[^1] = (command, refusal);
        }
    }

    public void Answer(Instruments instruments)
    {
        var refused = 0;
        foreach (var (command, outcome) in _commands)
        {
            if (outcome is Refusal refusal)
            {
                command.Refuse(refusal);
                refused++;
            }
            else
            {
                command.Answer(outcome);
            }
        }

        instruments.CountCommands(_commands.Count - refused, "applied");
        instruments.CountCommands(refused, "refused");
    }

    public void Fail(Instruments instruments)
    {
        foreach (var (command, _) in _commands)
        {
            command.Refuse(new WorkspaceUnavailableException());
        }

        instruments.CountCommands(_commands.Count, "failed");
    }
}

/// <summary>The command may or may not have happened: 503, and the client may look and try again.</summary>
internal sealed class WorkspaceUnavailableException() : Exception("The workspace is temporarily unavailable.");
