using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Model;

namespace TaskRouter.Engine.Routing;

// Changes of parts of a worker's attributes. Computed here, on the attributes as they are now, so that two writers of
// different parts never undo one another.
public sealed partial class Router
{
    private Worker Patch(PatchWorkerAttributes command)
    {
        var worker = Get(_workers, command.Sid, "Workers");
        RefuseStale(command.IfVersion, worker.Record.Version, $"Worker {command.Sid}");
        if (!AttributeDocument.TryParse(command.Patch, out _, out var error))
        {
            throw Refusal.Invalid($"Invalid patch: {error}");
        }

        return Rewrite(worker, AttributePatch.Apply(worker.Record.Attributes, command.Patch));
    }

    private Worker Change(ChangeWorkerSkills command)
    {
        var worker = Get(_workers, command.WorkerSid, "Workers");
        RefuseStale(command.IfVersion, worker.Record.Version, $"Worker {command.WorkerSid}");
        return Rewrite(worker, WorkerSkills.Change(
            worker.Record.Attributes,
            command.Changes,
            name => Refusal.NotFound($"/Workspaces/{Workspace.Sid}/Workers/{command.WorkerSid}/Skills/{name}")));
    }

    private List<string?> Assign(AssignSkills command)
    {
        var texts = new OrderedDictionary<Sid, string>();
        var errors = command.Assignments.Select(assignment => TryAssign(assignment, texts)).ToList();
        if (!command.IsDryRun && (!command.AllOrNothing || errors.TrueForAll(error => error is null)))
        {
            foreach (var (sid, text) in texts)
            {
                Rewrite(_workers[sid], text);
            }
        }

        return errors;
    }

    /// <summary>Notes the worker's attributes with the skill, or says why it cannot have it.</summary>
    private string? TryAssign(SkillAssignment assignment, OrderedDictionary<Sid, string> texts)
    {
        if (_workerNames.Find(assignment.WorkerName) is not { } sid)
        {
            return $"Worker '{assignment.WorkerName}' does not exist";
        }

        try
        {
            var text = WorkerSkills.Change(
                texts.TryGetValue(sid, out var noted) ? noted : _workers[sid].Record.Attributes,
                [assignment.Change],
                name => Refusal.Invalid($"The worker does not have the skill '{name}'"));
            texts[sid] = Checks.Attributes(text, _limits.AttributesMax).Text;
            return null;
        }
        catch (Refusal refusal)
        {
            return refusal.Message;
        }
    }

    private Worker Rewrite(WorkerState worker, string attributes)
    {
        if (attributes != worker.Record.Attributes)
        {
            SetAttributes(worker, Checks.Attributes(attributes, _limits.AttributesMax));
        }

        return worker.Record;
    }
}
