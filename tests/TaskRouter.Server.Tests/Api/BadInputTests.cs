using System.Net;
using Shouldly;
using TaskRouter.Engine.Routing;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>
/// Whatever is sent to any operation, the answer is a 4xx with the error object. Never a 5xx, never a repair.
/// </summary>
public sealed class BadInputTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Unknown = "00000000000000000000000000000000";

    private readonly TestServer _server = fixture.Server;

    /// <summary>Every operation that takes a form: its path, and the parameters it requires.</summary>
    public static TheoryData<string, string> Forms => new()
    {
        { "", "FriendlyName" },
        { "/{WS}", "" },
        { "/{WS}/Activities", "FriendlyName" },
        { "/{WS}/Activities/{WA}", "" },
        { "/{WS}/TaskChannels", "FriendlyName UniqueName" },
        { "/{WS}/TaskChannels/{TC}", "" },
        { "/{WS}/TaskQueues", "FriendlyName" },
        { "/{WS}/TaskQueues/{WQ}", "" },
        { "/{WS}/Workflows", "FriendlyName Configuration" },
        { "/{WS}/Workflows/{WW}", "" },
        { "/{WS}/Workers", "FriendlyName" },
        { "/{WS}/Workers/{WK}", "" },
        { "/{WS}/Workers/{WK}/Channels/{WC}", "" },
        { "/{WS}/Workers/{WK}/Reservations/{WR}", "" },
        { "/{WS}/Tasks", "" },
        { "/{WS}/Tasks/{WT}", "" },
        { "/{WS}/Tasks/{WT}/Reservations/{WR}", "" },
    };

    public static TheoryData<string> Lists => new(
        "",
        "/{WS}/Activities",
        "/{WS}/TaskChannels",
        "/{WS}/TaskQueues",
        "/{WS}/Workflows",
        "/{WS}/Workers",
        "/{WS}/Workers/{WK}/Channels",
        "/{WS}/Workers/{WK}/Reservations",
        "/{WS}/Tasks",
        "/{WS}/Tasks/{WT}/Reservations");

    /// <summary>Every resource with a path of its own, and whether it can be deleted.</summary>
    public static TheoryData<string, bool> Resources => new()
    {
        { "/{WS}", true },
        { "/{WS}/Activities/{WA}", true },
        { "/{WS}/TaskChannels/{TC}", true },
        { "/{WS}/TaskQueues/{WQ}", true },
        { "/{WS}/Workflows/{WW}", true },
        { "/{WS}/Workers/{WK}", true },
        { "/{WS}/Workers/{WK}/Channels/{WC}", false },
        { "/{WS}/Workers/{WK}/Reservations/{WR}", false },
        { "/{WS}/Tasks/{WT}", true },
        { "/{WS}/Tasks/{WT}/Reservations/{WR}", false },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Bodies_that_are_no_form_are_refused(string template, string required)
    {
        var path = await PathAsync(template);
        _ = required;

        await RefusedAsync("FriendlyName=%FF%FE", 400, 20001);
        await RefusedAsync("FriendlyName=\u00ff", 400, 20001);
        await RefusedAsync("%C3%28=x", 400, 20001);
        await RefusedAsync("FriendlyName=%ED%A0%80", 400, 20001);
        await RefusedAsync("FriendlyName=a%00b", 400, 20001);
        await RefusedAsync("FriendlyName=a\0b", 400, 20001);
        await RefusedAsync("FriendlyName=100%", 400, 20001);
        await RefusedAsync("FriendlyName=%4", 400, 20001);
        await RefusedAsync("FriendlyName=%zz", 400, 20001);
        await RefusedAsync(string.Join('&', Enumerable.Range(0, 201).Select(index => $"P{index}=x")), 400, 20001);
        await RefusedAsync("FriendlyName=" + new string('x', TaskRouterOptions.BodyBytesDefault), 413, 20413);
        await RefusedAsync("{\"FriendlyName\":\"x\"}", 415, 20001, "application/json");
        await RefusedAsync("FriendlyName=x", 415, 20001, "text/plain; charset=utf-8");
        await RefusedAsync("FriendlyName=x", 415, 20001, contentType: null);

        async Task RefusedAsync(
            string body, int status, int code, string? contentType = "application/x-www-form-urlencoded")
        {
            (await _server.PostRawAsync(path, body, contentType)).ShouldBeError((HttpStatusCode)status, code);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Required_parameters_are_required_and_everything_else_is_not(string template, string required)
    {
        var path = await PathAsync(template);
        var names = required.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
        {
            var others = names.Where(other => other != name).Select(other => (other, "x")).ToArray();
            (await _server.PostAsync(path, others)).ShouldBeError(HttpStatusCode.BadRequest, 20001)
                .String("message").ShouldBe($"Missing required parameter {name} in the post body");
            (await _server.PostAsync(path, [.. others, (name, "")])).Status.ShouldBe(HttpStatusCode.BadRequest);
        }

        if (names.Length == 0)
        {
            (await _server.SendAsync(HttpMethod.Post, path)).Status
                .ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created);
            (await _server.PostAsync(path, ("NoSuchParameter", "x"), ("Attributes[skills]", "a"))).Status
                .ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created);
        }
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task What_names_nothing_of_ours_is_not_found(string template, bool canBeDeleted)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var stranger = await TestWorkspace.CreateAsync(_server);
        var right = Fill(template, workspace);
        (await _server.GetAsync(right)).ShouldBe(HttpStatusCode.OK);
        var own = right[(right.LastIndexOf('/') + 1)..];
        var foreign = Fill(template, stranger)[(right.LastIndexOf('/') + 1)..];

        string[] wrong =
        [
            own[..2] + Unknown,
            own.ToUpperInvariant(),
            own[..^1],
            own + "0",
            "XX" + own[2..],
            "' OR 1=1 --",
            "%00"[..1] + "25FF",
            new('x', 1_000),
            .. template == "/{WS}" ? [] : new[] { foreign },
        ];
        foreach (var sid in wrong)
        {
            var path = right[..(right.LastIndexOf('/') + 1)] + Uri.EscapeDataString(sid);
            (await _server.GetAsync(path)).ShouldBeError(HttpStatusCode.NotFound, 20404);
            (await _server.PostAsync(path)).ShouldBeError(HttpStatusCode.NotFound, 20404);
            (await _server.DeleteAsync(path)).ShouldBeError(
                canBeDeleted ? HttpStatusCode.NotFound : HttpStatusCode.MethodNotAllowed, canBeDeleted ? 20404 : 20004);
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Queries_that_cannot_be_read_are_refused(string template)
    {
        var path = await PathAsync(template);
        foreach (var query in new[] { "PageSize=%FF", "FriendlyName=%", "a=%00", "PageSize=0", "PageToken=%E2%82%AC" })
        {
            (await _server.GetExactlyAsync($"{path}?{query}")).ShouldBeError(HttpStatusCode.BadRequest, 20001);
        }
    }

    [Theory]
    [InlineData("/Workspace", "MultiTaskEnabled=maybe&Template=LIFO")]
    [InlineData("/{WS}", "DefaultActivitySid=WA1")]
    [InlineData("/{WS}", "DefaultActivitySid=")]
    [InlineData("/{WS}", "TimeoutActivitySid={WK}")]
    [InlineData("/{WS}", "TimeoutActivitySid=WA" + Unknown)]
    [InlineData("/{WS}", "PrioritizeQueueOrder=RANDOM")]
    [InlineData("/{WS}", "EventCallbackUrl=ftp://example.com")]
    [InlineData("/{WS}/TaskQueues", "FriendlyName=q&MaxReservedWorkers=0")]
    [InlineData("/{WS}/TaskQueues", "FriendlyName=q&MaxReservedWorkers=51")]
    [InlineData("/{WS}/TaskQueues", "FriendlyName=q&MaxReservedWorkers=1.0")]
    [InlineData("/{WS}/TaskQueues", "FriendlyName=q&MaxReservedWorkers=%2B1e1")]
    [InlineData("/{WS}/TaskQueues", "FriendlyName=q&TaskOrder=FILO")]
    [InlineData("/{WS}/TaskQueues", "FriendlyName=q&TargetWorkers=skills HAS")]
    [InlineData("/{WS}/TaskQueues", "FriendlyName=q&ReservationActivitySid={WS}")]
    [InlineData("/{WS}/Workflows", "FriendlyName=w&Configuration=nonsense")]
    [InlineData("/{WS}/Workflows", "FriendlyName=w&Configuration={}")]
    [InlineData("/{WS}/Workflows/{WW}", "TaskReservationTimeout=0")]
    [InlineData("/{WS}/Workflows/{WW}", "TaskReservationTimeout=86401")]
    [InlineData("/{WS}/Workflows/{WW}", "AssignmentCallbackUrl=javascript:alert(1)")]
    [InlineData("/{WS}/Workers", "FriendlyName=w&Attributes=nonsense")]
    [InlineData("/{WS}/Workers", "FriendlyName=w&Attributes=[]")]
    [InlineData("/{WS}/Workers", "FriendlyName=w&Attributes=null")]
    [InlineData("/{WS}/Workers", "FriendlyName=w&Attributes={} {}")]
    [InlineData("/{WS}/Workers", "FriendlyName=w&Attributes={\"a\":\"\\ud800\"}")]
    [InlineData("/{WS}/Workers", "FriendlyName=w&ActivitySid=WA0000")]
    [InlineData("/{WS}/Workers/{WK}", "ActivitySid=wa" + Unknown)]
    [InlineData("/{WS}/Workers/{WK}/Channels/{WC}", "Capacity=-1")]
    [InlineData("/{WS}/Workers/{WK}/Channels/{WC}", "Capacity=1001")]
    [InlineData("/{WS}/Workers/{WK}/Channels/default", "Capacity=")]
    [InlineData("/{WS}/Tasks", "Priority=-1")]
    [InlineData("/{WS}/Tasks", "Priority=2147483648")]
    [InlineData("/{WS}/Tasks", "Priority=%D9%A1")]
    [InlineData("/{WS}/Tasks", "Timeout=0")]
    [InlineData("/{WS}/Tasks", "Timeout=1209601")]
    [InlineData("/{WS}/Tasks", "Timeout= 5")]
    [InlineData("/{WS}/Tasks", "TaskChannel=smoke-signals")]
    [InlineData("/{WS}/Tasks", "WorkflowSid=WW" + Unknown)]
    [InlineData("/{WS}/Tasks", "WorkflowSid={WQ}")]
    [InlineData("/{WS}/Tasks", "VirtualStartTime=yesterday")]
    [InlineData("/{WS}/Tasks", "VirtualStartTime=2999-01-01T00:00:00Z")]
    [InlineData("/{WS}/Tasks", "VirtualStartTime=0001-01-01T00:00:00%2B14:00")]
    [InlineData("/{WS}/Tasks", "VirtualStartTime=1899-12-31")]
    [InlineData("/{WS}/Tasks", "RoutingTarget={WA}")]
    [InlineData("/{WS}/Tasks/{WT}", "AssignmentStatus=done")]
    [InlineData("/{WS}/Tasks/{WT}", "AssignmentStatus=2")]
    [InlineData("/{WS}/Tasks/{WT}", "AssignmentStatus=")]
    [InlineData("/{WS}/Tasks/{WT}/Reservations/{WR}", "ReservationStatus=maybe")]
    [InlineData("/{WS}/Tasks/{WT}/Reservations/{WR}", "ReservationStatus=completed")]
    [InlineData("/{WS}/Tasks/{WT}/Reservations/{WR}", "Instruction=accept&DequeueFrom=%07")]
    [InlineData("/{WS}/Tasks/{WT}/Reservations/{WR}", "ConferenceRecord=maybe")]
    [InlineData("/{WS}/Tasks/{WT}/Reservations/{WR}", "DequeueTimeout=1000")]
    [InlineData("/{WS}/Tasks/{WT}/Reservations/{WR}", "SupervisorMode=shout")]
    [InlineData("/{WS}/Workers/{WK}/Reservations/{WR}", "ReservationStatus=rejected&WorkerActivitySid=WA1")]
    public async Task Values_outside_their_range_are_refused(string template, string form)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var path = template == "/Workspace" ? "/v1/Workspaces" : Fill(template, workspace);
        var before = template == "/Workspace" ? "" : (await _server.GetAsync(workspace.Path)).Text;

        var answer = await _server.PostRawAsync(
            path, (path == "/v1/Workspaces" ? "FriendlyName=x&" : "") + Fill(form, workspace)[WorkspacesPath.Length..]);

        answer.ShouldBeError(HttpStatusCode.BadRequest, 20001);
        if (before.Length > 0)
        {
            (await _server.GetAsync(workspace.Path)).Text.ShouldBe(before);
        }
    }

    [Theory]
    [InlineData("/{WS}/Tasks", "AssignmentStatus=open")]
    [InlineData("/{WS}/Tasks", "WorkflowSid=WW1")]
    [InlineData("/{WS}/Tasks", "TaskQueueSid={WW}")]
    [InlineData("/{WS}/Tasks", "Priority=high")]
    [InlineData("/{WS}/Tasks", "EvaluateTaskAttributes=a ==")]
    [InlineData("/{WS}/Tasks", "Ordering=Color")]
    [InlineData("/{WS}/Tasks", "Ordering=Priority:up")]
    [InlineData("/{WS}/Tasks", "Ordering=DateCreated:asc,VirtualStartTime:asc")]
    [InlineData("/{WS}/Tasks", "Ordering=Priority,Priority")]
    [InlineData("/{WS}/Workers", "ActivitySid=WA1")]
    [InlineData("/{WS}/Workers", "TargetWorkersExpression=((")]
    [InlineData("/{WS}/TaskQueues", "EvaluateWorkerAttributes=[]")]
    [InlineData("/{WS}/TaskQueues", "WorkerSid=x")]
    [InlineData("/{WS}/Tasks/{WT}/Reservations", "ReservationStatus=x")]
    [InlineData("/{WS}/Tasks/{WT}/Reservations", "WorkerSid=WK1")]
    [InlineData("/{WS}/Workers/{WK}/Reservations", "ReservationStatus=x")]
    public async Task Filters_that_cannot_match_anything_are_refused(string template, string query)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        var filled = Fill(query, workspace)[WorkspacesPath.Length..];
        var answer = await _server.GetAsync($"{Fill(template, workspace)}?{filled}");

        answer.ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Theory]
    [InlineData("[\"WQ\\ud800\"]")]
    [InlineData("{\"queueSids\":[\"\\udc00x\"]}")]
    [InlineData("{\"TaskQueueSids\":[],\"TaskChannel\":\"\\udc00\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("[\"\u00ff\"]")]
    public async Task Json_that_holds_no_text_where_text_should_be_is_refused(string body)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        (await _server.PostRawAsync($"{workspace.Path}/TaskQueues/RealTimeStatistics", body, "application/json"))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    [Theory]
    [InlineData("/TaskQueues/{WQ}", "MaxReservedWorkers=", "must be an integer from 1 to 50")]
    [InlineData("/Tasks/{WT}", "Priority=2147483648", "must be an integer from 0 to 2147483647")]
    public async Task What_is_no_number_is_told_which_numbers_are_allowed(string template, string form, string why)
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        (await _server.PostRawAsync(Fill("/{WS}" + template, workspace), form))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001)
            .String("message").ShouldEndWith(why);
    }

    [Fact]
    public async Task Names_that_are_too_long_or_empty_have_a_code_of_their_own()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        foreach (var collection in new[] { "Activities", "Workers" })
        {
            foreach (var name in new[] { "", "   ", new string('x', 65) })
            {
                (await workspace.PostAsync($"/{collection}", ("FriendlyName", name)))
                    .ShouldBeError(HttpStatusCode.BadRequest, 20002);
            }
        }
    }

    [Fact]
    public async Task An_unknown_instruction_has_a_code_of_its_own()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);

        (await workspace.PostAsync(
            $"/Tasks/{workspace.TaskSid}/Reservations/{workspace.ReservationSid}", ("Instruction", "dance")))
            .ShouldBeError(HttpStatusCode.BadRequest, 55555);
    }

    [Fact]
    public async Task A_body_at_the_limit_is_read_and_one_byte_more_is_not()
    {
        await using var server = await TestServer.StartAsync(options => options with { BodyBytesMax = 1_000 });
        var padding = new string('x', 1_000 - "FriendlyName=fits&Padding=".Length);

        (await server.PostRawAsync("/v1/Workspaces", $"FriendlyName=fits&Padding={padding}"))
            .ShouldBe(HttpStatusCode.Created);
        (await server.PostRawAsync("/v1/Workspaces", $"FriendlyName=lost&Padding={padding}x"))
            .ShouldBeError(HttpStatusCode.RequestEntityTooLarge, 20413);
    }

    [Fact]
    public async Task The_largest_configuration_fits_however_it_is_encoded_and_one_byte_more_does_not()
    {
        var workspace = await TestWorkspace.CreateAsync(_server);
        var path = $"{WorkspacesPath}/{workspace.Sid}/Workflows";
        var start = $$$$"""{"task_routing":{"default_filter":{"queue":"{{{{workspace.QueueSid}}}}"}}}""";
        var largest = start + new string(' ', new RouterLimits().ConfigurationBytesMax - start.Length);
        static string Encoded(string text) =>
            string.Concat(text.Select(character => $"%{(int)character:x2}"));

        (await _server.PostRawAsync(path, $"FriendlyName=Largest&Configuration={Encoded(largest)}"))
            .ShouldBe(HttpStatusCode.Created).String("configuration").ShouldBe(largest);
        (await _server.PostRawAsync(path, $"FriendlyName=Larger&Configuration={Encoded(largest + " ")}"))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001);
    }

    private const string WorkspacesPath = "/v1/Workspaces";

    private async Task<string> PathAsync(string template) =>
        template.Length == 0 ? WorkspacesPath : Fill(template, await TestWorkspace.CreateAsync(_server));

    private static string Fill(string template, TestWorkspace workspace) => WorkspacesPath + template
        .Replace("{WS}", workspace.Sid, StringComparison.Ordinal)
        .Replace("{WA}", workspace.ActivitySid, StringComparison.Ordinal)
        .Replace("{TC}", workspace.ChannelSid, StringComparison.Ordinal)
        .Replace("{WQ}", workspace.QueueSid, StringComparison.Ordinal)
        .Replace("{WW}", workspace.WorkflowSid, StringComparison.Ordinal)
        .Replace("{WK}", workspace.WorkerSid, StringComparison.Ordinal)
        .Replace("{WC}", workspace.WorkerChannelSid, StringComparison.Ordinal)
        .Replace("{WT}", workspace.TaskSid, StringComparison.Ordinal)
        .Replace("{WR}", workspace.ReservationSid, StringComparison.Ordinal);
}
