using System.Globalization;
using System.Text.Json;

namespace TaskRouter.Load.Driving;

/// <summary>A workspace to drive, made over HTTP, and what is done in it.</summary>
internal sealed class Scene
{
    private const int Capacity = 50;

    private static readonly string Padding = new('x', 40);

    private readonly Target _target;
    private readonly string[] _workflows;
    private readonly List<string> _waiting = [];
    private readonly int _awake;
    private int _task;

    private Scene(Target target, string path, string[] workflows, int awake)
    {
        _target = target;
        Path = path;
        (_workflows, _awake) = (workflows, awake);
    }

    /// <summary><c>/v1/Workspaces/WS...</c></summary>
    public string Path { get; }

    public string Tasks => $"{Path}/Tasks";

    /// <summary>Fifty workers of ten skills and twenty queues, as the goals have it: somebody is always free.</summary>
    public static Task<Scene> MakeAsync(Target target) => MakeAsync(target, new Plan(Queues: 20, Workers: 50));

    public static async Task<Scene> MakeAsync(Target target, Plan plan)
    {
        using var client = new Client(target);
        await client.ConnectAsync();
        var made = await client.PostAsync("/v1/Workspaces", $"FriendlyName=load-{Guid.NewGuid():n}");
        var path = $"/v1/Workspaces/{SidOf(made)}";
        var queues = await QueuesAsync(target, path, plan);
        var workflows = await WorkflowsAsync(client, path, plan, queues);

        // The last: queues ask fewer of them that way.
        await WorkersAsync(target, path, plan, await ActivityAsync(client, path));
        return new Scene(target, path, workflows, plan.AwakeQueues / Plan.QueuesInWorkflow);
    }

    public LoadRun Load(int connections, Operation operation) => new(_target, connections, operation);

    /// <summary>Creates a task, finds its reservation, accepts and completes: four requests.</summary>
    public async ValueTask LifeCycleAsync(Client client, Steps steps)
    {
        var task = await CreateAsync(client);
        steps.Mark(0);
        var reservation = await ReservationAsync(client, task);
        steps.Mark(1);
        var accepted = await client.PostAsync(
            $"{Tasks}/{task}/Reservations/{reservation}", "ReservationStatus=accepted");
        accepted.OrThrow();
        steps.Mark(2);
        (await client.PostAsync($"{Tasks}/{task}", "AssignmentStatus=completed&Reason=solved")).OrThrow();
        steps.Mark(3);
    }

    /// <summary>Creates a task in one of the queues that have somebody.</summary>
    /// <param name="more">Further parameters, with an ampersand before each.</param>
    public ValueTask<string> CreateAsync(Client client, string more = "")
    {
        var number = Interlocked.Increment(ref _task);
        return CreateAsync(client, number, number % _awake, more);
    }

    private async ValueTask<string> CreateAsync(Client client, int number, int workflow, string more = "")
    {
        var queue = number / _workflows.Length % Plan.QueuesInWorkflow;
        var attributes = $"{{\"queue\":{queue},\"customer\":\"c{number}\",\"note\":\"{Padding}\"}}";
        var form = $"WorkflowSid={_workflows[workflow]}&Attributes={Uri.EscapeDataString(attributes)}{more}";
        return (await client.PostAsync(Tasks, form)).OrThrow().SidAfter("\"sid\":\"WT"u8)!;
    }

    public async ValueTask<string> ReservationAsync(Client client, string task)
    {
        while (true)
        {
            var answer = await client.GetAsync($"{Tasks}/{task}/Reservations");
            if (answer.OrThrow().SidAfter("\"sid\":\"WR"u8) is { } reservation)
            {
                return reservation;
            }
        }
    }

    /// <summary>
    /// Adds tasks to the queues that sleep. Where all are awake there is none to wait in.
    /// </summary>
    public async Task WaitAsync(int count)
    {
        var waiting = new string[count];
        await LoadRun.EachAsync(_target, 32, count, async (client, number) =>
            waiting[number] = await CreateAsync(client, number, _awake + (number % (_workflows.Length - _awake))));
        _waiting.AddRange(waiting);
    }

    /// <summary>Deletes those tasks.</summary>
    public async Task EndWaitingAsync()
    {
        await LoadRun.EachAsync(_target, 32, _waiting.Count, async (client, number) =>
            (await client.DeleteAsync($"{Tasks}/{_waiting[number]}")).OrThrow());
        _waiting.Clear();
    }

    /// <summary>The same workspace, after its server has been started again elsewhere.</summary>
    public Scene MovedTo(Target target)
    {
        var moved = new Scene(target, Path, _workflows, _awake);
        moved._waiting.AddRange(_waiting);
        return moved;
    }

    public async Task DeleteAsync()
    {
        using var client = new Client(_target);
        await client.ConnectAsync();
        (await client.DeleteAsync(Path)).OrThrow();
    }

    private static async Task<string[]> QueuesAsync(Target target, string path, Plan plan)
    {
        var queues = new string[plan.Queues];
        await LoadRun.EachAsync(target, 16, plan.Queues, async (client, number) =>
        {
            var level = (number / plan.Skills % 5) + 1;
            var expression = $"skills HAS '{plan.SkillOf(number < plan.AwakeQueues, number)}' AND level >= {level}";
            queues[number] = SidOf(await client.PostAsync(
                $"{path}/TaskQueues", $"FriendlyName=Q{number}&TargetWorkers={Uri.EscapeDataString(expression)}"));
        });
        return queues;
    }

    private static async Task<string[]> WorkflowsAsync(Client client, string path, Plan plan, string[] queues)
    {
        var workflows = new List<string>();
        foreach (var own in queues.Chunk(Plan.QueuesInWorkflow))
        {
            var filters = own.Select((queue, index) =>
                $$"""{"expression":"queue == {{index}}","targets":[{"queue":"{{queue}}"}]}""");
            var configuration = $"{{\"task_routing\":{{\"filters\":[{string.Join(',', filters)}]}}}}";
            workflows.Add(SidOf(await client.PostAsync(
                $"{path}/Workflows",
                $"FriendlyName=W{workflows.Count}&TaskReservationTimeout={plan.ReservationTimeoutSeconds}"
                + $"&Configuration={Uri.EscapeDataString(configuration)}")));
        }

        return [.. workflows];
    }

    private static async Task<string> ActivityAsync(Client client, string path)
    {
        var activities = await client.GetAsync($"{path}/Activities?Available=true");
        return activities.OrThrow().SidAfter("\"sid\":\"WA"u8)!;
    }

    private static async Task WorkersAsync(Target target, string path, Plan plan, string available)
    {
        await LoadRun.EachAsync(target, 16, plan.Workers, async (client, number) =>
        {
            var isAvailable = number < (plan.Available ?? plan.Workers);
            int[] skills = [number, (number * 3) + 1, (number * 7) + 5];
            var quoted = skills.Select(skill => $"\"{plan.SkillOf(isAvailable, skill)}\"");
            var attributes = $"{{\"skills\":[{string.Join(',', quoted)}],\"level\":5}}";
            var activity = isAvailable ? $"&ActivitySid={available}" : "";
            var worker = SidOf(await client.PostAsync(
                $"{path}/Workers", $"FriendlyName=w{number}&Attributes={Uri.EscapeDataString(attributes)}{activity}"));
            if (activity.Length > 0)
            {
                (await client.PostAsync($"{path}/Workers/{worker}/Channels/default", $"Capacity={Capacity}")).OrThrow();
            }
        });
    }

    private static string SidOf(Answer answer)
    {
        using var json = JsonDocument.Parse(answer.OrThrow().Body);
        return json.RootElement.GetProperty("sid").GetString()!;
    }

    /// <param name="Queues">Each takes who has one skill at one level.</param>
    /// <param name="Workers">Each has three skills.</param>
    /// <param name="Available">
    /// How many of them; null for all. Half of the queues are for those who are, half for those who are not.
    /// </param>
    internal sealed record Plan(int Queues, int Workers, int? Available = null, int ReservationTimeoutSeconds = 120)
    {
        public const int QueuesInWorkflow = 10;

        public int AwakeQueues { get; } = Available is null ? Queues : Queues / 2;

        public int Skills { get; } = Math.Max(10, Queues / 5);

        public string SkillOf(bool isAwake, int number) => $"{(isAwake ? 's' : 'z')}{number % Skills}";

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Workers:N0} workers, {Queues:N0} queues");
    }
}
