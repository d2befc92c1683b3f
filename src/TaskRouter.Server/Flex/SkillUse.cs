using System.Runtime.InteropServices;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Workflows;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Flex;

/// <summary>Where a workspace uses a skill.</summary>
/// <param name="TaskQueues">Those whose TargetWorkers mentions it.</param>
/// <param name="Filters">Those of workflows that mention it, in their own expression or in one of a target.</param>
internal sealed record SkillUse(
    int WorkersEnabled,
    int WorkersDisabled,
    IReadOnlyList<TaskQueue> TaskQueues,
    IReadOnlyList<(Workflow Workflow, string Filter)> Filters)
{
    /// <summary>One look at each worker, queue and workflow, however many skills there are.</summary>
    public static IReadOnlyList<SkillUse> OfAll(CommittedView view, IReadOnlyList<SkillDefinition> skills)
    {
        if (skills.Count == 0)
        {
            return [];
        }

        var (enabled, disabled) = CountWorkers(view);
        var queues = view.TaskQueues.InOrder.After(null).ToList();
        var filters = view.Workflows.InOrder.After(null).SelectMany(FiltersOf).ToList();
        return
        [
            .. skills.Select(skill => new SkillUse(
                enabled.Of(skill.Name),
                disabled.Of(skill.Name),
                [.. queues.Where(queue => Mentions(queue.TargetWorkers, skill.Name))],
                [
                    .. filters.Where(filter => filter.Texts.Any(text => Mentions(text, skill.Name)))
                        .Select(filter => (filter.Workflow, filter.Name)),
                ])),
        ];
    }

    private static (SkillCount Enabled, SkillCount Disabled) CountWorkers(CommittedView view)
    {
        var (enabled, disabled) = (new SkillCount(), new SkillCount());
        foreach (var worker in view.Workers.InOrder.After(null))
        {
            var attributes = view.AttributesOf(worker);
            enabled.Add(attributes.TextsAt(WorkerSkill.Enabled, "skills"));
            disabled.Add(attributes.TextsAt(WorkerSkill.Disabled, "skills"));
        }

        return (enabled, disabled);
    }

    private static IEnumerable<(Workflow Workflow, string Name, IReadOnlyList<string> Texts)> FiltersOf(
        Workflow workflow)
    {
        if (!WorkflowConfiguration.TryParse(workflow.Configuration, out var configuration, out _))
        {
            return [];
        }

        return configuration.Filters.Select(filter => (
            workflow,
            filter.Name,
            (IReadOnlyList<string>)
            [
                filter.Expression.Text,
                .. filter.Steps.Select(step => step.Expression?.Text).OfType<string>(),
                .. filter.Steps.Select(step => step.OrderBy?.Text).OfType<string>(),
            ]));
    }

    // Texts and not meanings: whoever renames a skill wants to see every place that has the name.
    private static bool Mentions(string expression, string name)
    {
        if (expression.Contains(SkillDefinition.Quoted(name), StringComparison.Ordinal)
            || expression.Contains($"'{name}'", StringComparison.Ordinal))
        {
            return true;
        }

        var path = $"levels.{name}";
        for (var start = 0; (start = expression.IndexOf(path, start, StringComparison.Ordinal)) >= 0; start++)
        {
            var end = start + path.Length;
            if (end == expression.Length || !(char.IsLetterOrDigit(expression[end]) || expression[end] is '_' or '-'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many workers have each skill.</summary>
    private sealed class SkillCount
    {
        private readonly Dictionary<string, (int Workers, int Last)> _counts = new(StringComparer.Ordinal);
        private int _worker;

        /// <summary>One more worker. A skill that it lists twice counts once.</summary>
        public void Add(IEnumerable<string> skills)
        {
            _worker++;
            foreach (var skill in skills)
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, skill, out _);
                count = count.Last == _worker ? count : (count.Workers + 1, _worker);
            }
        }

        public int Of(string skill) => _counts.GetValueOrDefault(skill).Workers;
    }
}
