using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Engine.Tests.Simulation.Worlds;

// Workflows: several filters and steps, with everything a step can say.
internal sealed partial class WorldGenerator
{
    private static readonly string[] Filters =
    [
        "1==1", "type == 'a'", "type IN ['a', 'b']", "type != 'c'", "level >= 2", "vip == true", "task.lang == 'en'",
        "skill == null", "1==0", "type ==",
    ];

    private static readonly string[] Targets =
    [
        "1==1", "worker.level >= task.level", "worker.lang == task.lang", "task.skill IN worker.skills",
        "worker.skills HAS task.skill AND worker.level > 1", "worker.channel.default.assigned_tasks == 0",
        "worker.channel.chat.available_capacity_percentage > 0", "worker.friendly_name != task.not_worker",
        "worker.activity_name == 'Available'", "worker.vip == true", "worker.level == 3 OR task.type == 'b'",
    ];

    private static readonly string[] Orders =
    [
        "worker.level DESC", "worker.level ASC", "worker.cost ASC, worker.level DESC", "worker.level",
        "worker.channel.default.assigned_tasks ASC, worker.cost DESC",
        "worker.channel.voice.available_capacity_percentage DESC",
    ];

    private Func<Names, Command> CreateWorkflow()
    {
        var (name, configuration, callback) = (Name("workflow", 6), Configuration(), Callback());
        var timeout = Maybe(70, () => One(1, 5, 30, 120, 600));
        return names => new CreateWorkflow(name, configuration(names), callback, null, timeout);
    }

    private Func<Names, Command> UpdateWorkflow()
    {
        var (sid, name) = (OneWorkflow(), Maybe(15, () => Name("workflow", 6)));
        var configuration = Chance(70) ? Configuration() : _ => null!;
        var (callback, timeout) = (Maybe(20, () => Callback() ?? ""), Maybe(20, () => One(0, 1, 5, 60)));
        var reEvaluates = Chance(60);
        return names => new UpdateWorkflow(
            names[sid], name, configuration(names), callback, null, timeout, reEvaluates);
    }

    private Func<Names, Command> DeleteWorkflow()
    {
        var sid = OneWorkflow();
        return names => new DeleteWorkflow(names[sid]);
    }

    private Sid OneWorkflow() => OneOf(_rows.Workflows, SidKind.Workflow);

    private string? Callback() =>
        Maybe(50, () => One("https://example.com/assign", "https://example.com/assign", "nowhere"));

    private Func<Names, string> Configuration()
    {
        Func<Names, string>[] filters = [.. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => Filter())];
        var byDefault = Chance(75) ? DefaultFilter() : null;
        return names =>
        {
            var parts = new List<string>();
            if (filters.Length > 0)
            {
                parts.Add($"\"filters\":[{string.Join(',', filters.Select(filter => filter(names)))}]");
            }

            if (byDefault is not null)
            {
                parts.Add($"\"default_filter\":{{{byDefault(names)}}}");
            }

            return $"{{\"task_routing\":{{{string.Join(',', parts)}}}}}";
        };
    }

    private Func<Names, string> Filter()
    {
        var expression = One(Filters);
        Func<Names, string>[] steps =
        [
            .. Enumerable.Range(0, _random.Next(1, 4)).Select(index => StepOf(mayInherit: index > 0)),
        ];
        return names => $"{{\"filter_friendly_name\":\"by {expression.Length}\",\"expression\":\"{expression}\","
            + $"\"targets\":[{string.Join(',', steps.Select(step => $"{{{step(names)}}}"))}]}}";
    }

    private Func<Names, string> StepOf(bool mayInherit)
    {
        var queue = mayInherit && Chance(40) ? (Sid?)null : OneQueue();
        var parts = StepTerms();
        AddPart(parts, 60, () => $"\"timeout\":{One("1", "5", "\"10\"", "60", "600")}");
        AddPart(parts, 20, () => One(
            "\"known_worker_sid\":\"task.worker\"", "\"known_worker_friendly_name\":\"task.worker_name\""));
        var skipIf = Chance(30) ? SkipIf() : null;
        return names => string.Join(
            ',',
            parts.Concat(queue is { } sid ? [$"\"queue\":\"{names[sid]}\""] : [])
                .Concat(skipIf is null ? [] : [$"\"skip_if\":\"{skipIf(names)}\""]));
    }

    private Func<Names, string> DefaultFilter()
    {
        var (queue, parts) = (OneQueue(), StepTerms());
        return names => string.Join(',', parts.Append($"\"queue\":\"{names[queue]}\""));
    }

    private List<string> StepTerms()
    {
        var parts = new List<string>();
        AddPart(parts, 35, () => $"\"expression\":\"{One(Targets)}\"");
        AddPart(parts, 30, () => $"\"order_by\":\"{One(Orders)}\"");
        AddPart(parts, 30, () => $"\"priority\":{_random.Next(4)}");
        return parts;
    }

    private Func<Names, string> SkipIf()
    {
        var (activity, count) = (OneActivity(), _random.Next(3));
        var text = One(
            "workers.available == 0", "workers.available < 2", "workers.unavailable > workers.available", "1==1");
        return Chance(30) ? names => $"workers.{names[activity]} > {count}" : _ => text;
    }
}
