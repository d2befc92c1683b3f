using Shouldly;
using TaskRouter.Engine.Tests.Expressions;
using TaskRouter.Engine.Workflows;
using Xunit;

namespace TaskRouter.Engine.Tests.Workflows;

public sealed class WorkflowConfigurationTests
{
    private const string First = "WQ00000000000000000000000000000001";
    private const string Second = "WQ00000000000000000000000000000002";
    private const string Third = "WQ00000000000000000000000000000003";

    [Fact]
    public void Every_key_is_read()
    {
        var configuration = Parse($$"""
            {
              "task_routing": {
                "filters": [
                  {
                    "filter_friendly_name": "Billing",
                    "expression": "department == 'billing'",
                    "targets": [
                      {
                        "queue": "{{First}}", "expression": "worker.level >= task.level",
                        "order_by": "worker.level DESC", "priority": 5, "timeout": 60,
                        "skip_if": "workers.available == 0",
                        "known_worker_sid": "task.worker_sid"
                      },
                      { "priority": "10", "timeout": "120", "known_worker_friendly_name": "task.agent.name" },
                      { "queue": "{{Second}}" },
                      { }
                    ]
                  }
                ],
                "default_filter": {
                  "queue": "{{Third}}", "priority": 1, "expression": "worker.sid != task.agent",
                  "order_by": "worker.cost"
                }
              }
            }
            """);

        var filter = configuration.Filters.ShouldHaveSingleItem();
        filter.Name.ShouldBe("Billing");
        filter.Expression.Matches(Samples.Document("""{"department":"billing"}"""), null).ShouldBeTrue();
        filter.Steps.Select(step => step.Queue.ToString()).ShouldBe([First, First, Second, Second]);
        filter.Steps.Select(step => step.Priority).ShouldBe([5, 10, null, null]);
        filter.Steps.Select(step => step.TimeoutSeconds).ShouldBe([60, 120, null, null]);
        var step = filter.Steps[0];
        step.Expression!.Matches(Samples.Document("""{"level":1}"""), Samples.Worker("""{"level":2}""")).ShouldBeTrue();
        step.OrderBy!.Text.ShouldBe("worker.level DESC");
        step.SkipIf!.Text.ShouldBe("workers.available == 0");
        step.KnownWorkerSid!.Text.ShouldBe("task.worker_sid");
        step.KnownWorkerName.ShouldBeNull();
        filter.Steps[1].KnownWorkerName!.Text.ShouldBe("task.agent.name");
        filter.Steps[3].Expression.ShouldBeNull();
        filter.Steps[3].OrderBy.ShouldBeNull();
        filter.Steps[3].SkipIf.ShouldBeNull();

        var defaultFilter = configuration.DefaultFilter.ShouldNotBeNull();
        defaultFilter.Queue.ToString().ShouldBe(Third);
        defaultFilter.Priority.ShouldBe(1);
        defaultFilter.Expression.ShouldNotBeNull();
        defaultFilter.OrderBy!.Text.ShouldBe("worker.cost");
        configuration.Queues.Order().Select(queue => queue.ToString()).ShouldBe([First, Second, Third]);
    }

    [Fact]
    public void Aliases_are_read_and_the_newer_name_wins()
    {
        var configuration = Parse($$"""
            {"task_routing":{"filters":[
              {"filter_friendly_name":"old","friendly_name":"new","expression":"1==1",
               "targets":[{"task_queue_sid":"{{First}}"},{"queue":"{{Second}}","task_queue_sid":"{{Third}}"}]},
              {"filter_friendly_name":"old","friendly_name":null,"expression":"1==1","targets":[{"queue":"{{First}}"}]},
              {"expression":"1==1","targets":[{"queue":"{{First}}"}]}],
             "default_filter":{"task_queue_sid":"{{First}}"} } }
            """);

        configuration.Filters.Select(filter => filter.Name).ShouldBe(["new", "old", ""]);
        configuration.Filters[0].Steps.Select(step => step.Queue.ToString()).ShouldBe([First, Second]);
        configuration.DefaultFilter!.Queue.ToString().ShouldBe(First);
        configuration.Queues.Count.ShouldBe(2);
    }

    [Fact]
    public void Null_and_blank_are_as_good_as_absent()
    {
        var configuration = Parse($$"""
            {"task_routing":{"filters":[{"expression":"1==1","friendly_name":"","targets":[
              {"queue":"{{First}}"},
              {"queue":null,"expression":"","order_by":" ","skip_if":"","priority":null,"timeout":"",
               "known_worker_sid":"","known_worker_friendly_name":null}]}],
             "default_filter":null} }
            """);

        var step = configuration.Filters[0].Steps[1];
        step.Queue.ToString().ShouldBe(First);
        (step.Expression, step.OrderBy, step.SkipIf).ShouldBe((null, null, null));
        (step.Priority, step.TimeoutSeconds).ShouldBe((null, null));
        (step.KnownWorkerSid, step.KnownWorkerName).ShouldBe((null, null));
        configuration.DefaultFilter.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"task_routing":{"default_filter":{"queue":"WQ00000000000000000000000000000001"}}}""")]
    [InlineData("""{"task_routing":{"filters":[],"default_filter":{"queue":"WQ00000000000000000000000000000001"}}}""")]
    [InlineData(
        """{"task_routing":{"filters":null,"default_filter":{"queue":"WQ00000000000000000000000000000001"}}}""")]
    public void Default_filter_is_enough(string text)
    {
        Parse(text).Filters.ShouldBeEmpty();
        Parse(text).DefaultFilter!.Queue.ToString().ShouldBe(First);
    }

    [Fact]
    public void Default_filter_has_neither_timeout_nor_skip_nor_known_worker()
    {
        var step = Parse($$"""
            {"task_routing":{"default_filter":{"queue":"{{First}}","timeout":"soon","skip_if":"((",
             "known_worker_sid":7} } }
            """).DefaultFilter!;

        step.TimeoutSeconds.ShouldBeNull();
        step.SkipIf.ShouldBeNull();
        step.KnownWorkerSid.ShouldBeNull();
    }

    [Fact]
    public void Unknown_keys_and_the_exact_text_are_kept()
    {
        var text = $$"""
              { "task_routing" : { "note":[1], "filters":[{"expression":"1==1","x":{},
            "targets":[{"queue":"{{First}}","y":null}]}] }, "z":"\u00e4" }
            """;

        Parse(text).Text.ShouldBeSameAs(text);
    }

    [Fact]
    public void Targets_that_say_the_same_are_different_steps()
    {
        var steps = Parse(Filter($$"""{"queue":"{{First}}"},{"queue":"{{First}}"}""")).Filters[0].Steps;

        steps[1].ShouldNotBe(steps[0]);
    }

    [Theory]
    [InlineData("priority", "0", 0)]
    [InlineData("priority", "2147483647", int.MaxValue)]
    [InlineData("priority", "\"0\"", 0)]
    [InlineData("priority", "\"007\"", 7)]
    [InlineData("priority", "5.0", 5)]
    [InlineData("priority", "1e3", 1000)]
    [InlineData("timeout", "1", 1)]
    [InlineData("timeout", "\"2147483647\"", int.MaxValue)]
    public void Integer_is_read(string key, string value, int expected)
    {
        var step = Parse(Filter($$"""{"queue":"{{First}}","{{key}}":{{value}}}""")).Filters[0].Steps[0];

        (key == "priority" ? step.Priority : step.TimeoutSeconds).ShouldBe(expected);
    }

    [Theory]
    [InlineData("priority", "-1", 0)]
    [InlineData("priority", "2147483648", 0)]
    [InlineData("priority", "1.5", 0)]
    [InlineData("priority", "1e999", 0)]
    [InlineData("priority", "\"2147483648\"", 0)]
    [InlineData("priority", "\"-1\"", 0)]
    [InlineData("priority", "\"1.0\"", 0)]
    [InlineData("priority", "\" 1\"", 0)]
    [InlineData("priority", "\"high\"", 0)]
    [InlineData("priority", "true", 0)]
    [InlineData("priority", "[]", 0)]
    [InlineData("timeout", "0", 1)]
    [InlineData("timeout", "\"0\"", 1)]
    [InlineData("timeout", "-5", 1)]
    [InlineData("timeout", "{}", 1)]
    public void Integer_outside_its_range_is_refused(string key, string value, int min) =>
        ErrorOf(Filter($$"""{"queue":"{{First}}"},{"{{key}}":{{value}}}"""))
            .ShouldBe($"task_routing.filters[0].targets[1].{key}: must be an integer from {min} to 2147483647");

    [Theory]
    [InlineData("", "configuration: is not valid JSON (line 1, byte 1)")]
    [InlineData("[]", "configuration: must be a JSON object")]
    [InlineData("{} {}", "configuration: is not valid JSON (line 1, byte 4)")]
    [InlineData("{}", "task_routing: is required")]
    [InlineData("""{"filters":[]}""", "task_routing: is required")]
    [InlineData("""{"task_routing":null}""", "task_routing: is required")]
    [InlineData("""{"task_routing":[]}""", "task_routing: must be an object")]
    [InlineData("""{"task_routing":{}}""", "task_routing: needs filters or a default_filter")]
    [InlineData("""{"task_routing":{"filters":[]}}""", "task_routing: needs filters or a default_filter")]
    [InlineData("""{"task_routing":{"filters":{}}}""", "task_routing.filters: must be an array")]
    [InlineData("""{"task_routing":{"filters":[1]}}""", "task_routing.filters[0]: must be an object")]
    [InlineData("""{"task_routing":{"filters":[null]}}""", "task_routing.filters[0]: must be an object")]
    [InlineData("""{"task_routing":{"default_filter":[]}}""", "task_routing.default_filter: must be an object")]
    [InlineData("""{"task_routing":{"default_filter":{}}}""", "task_routing.default_filter.queue: is required")]
    [InlineData(
        """{"task_routing":{"default_filter":{"queue":"Everyone"}}}""",
        "task_routing.default_filter.queue: must be the SID of a task queue")]
    [InlineData("""{"task_routing":{"filters":[{}]}}""", "task_routing.filters[0].expression: is required")]
    [InlineData(
        """{"task_routing":{"filters":[{"expression":" "}]}}""", "task_routing.filters[0].expression: is required")]
    [InlineData(
        """{"task_routing":{"filters":[{"expression":true}]}}""",
        "task_routing.filters[0].expression: must be a string")]
    [InlineData(
        """{"task_routing":{"filters":[{"expression":"a == )"}]}}""",
        "task_routing.filters[0].expression: unexpected ')' at position 6")]
    [InlineData(
        """{"task_routing":{"filters":[{"expression":"1==1","friendly_name":5}]}}""",
        "task_routing.filters[0].friendly_name: must be a string")]
    [InlineData(
        """{"task_routing":{"filters":[{"expression":"1==1"}]}}""",
        "task_routing.filters[0].targets: needs at least one target")]
    [InlineData(
        """{"task_routing":{"filters":[{"expression":"1==1","targets":[]}]}}""",
        "task_routing.filters[0].targets: needs at least one target")]
    [InlineData(
        """{"task_routing":{"filters":[{"expression":"1==1","targets":"all"}]}}""",
        "task_routing.filters[0].targets: must be an array")]
    public void Wrong_shape_is_refused_and_its_place_named(string text, string expected) =>
        ErrorOf(text).ShouldBe(expected);

    [Theory]
    [InlineData("""{"priority":1}""", "targets[0].queue: is required")]
    [InlineData("""1""", "targets[0]: must be an object")]
    [InlineData("""{"queue":7}""", "targets[0].queue: must be a string")]
    [InlineData("""{"queue":"WQ1"}""", "targets[0].queue: must be the SID of a task queue")]
    [InlineData(
        """{"task_queue_sid":"WW00000000000000000000000000000001"}""",
        "targets[0].task_queue_sid: must be the SID of a task queue")]
    [InlineData(
        """{"queue":"WQ00000000000000000000000000000001"},{"expression":"worker.level )"}""",
        "targets[1].expression: unexpected ')' at position 14")]
    [InlineData(
        """{"queue":"WQ00000000000000000000000000000001"},{"order_by":"worker.level UP"}""",
        "targets[1].order_by: unexpected 'UP' at position 14")]
    [InlineData(
        """{"queue":"WQ00000000000000000000000000000001","skip_if":"workers.idle == 0"}""",
        "targets[0].skip_if: expected workers.available, workers.unavailable or workers.WA... instead of the name"
        + " at position 1")]
    [InlineData(
        """{"queue":"WQ00000000000000000000000000000001","known_worker_sid":"WK1"}""",
        "targets[0].known_worker_sid: expected a path that begins with 'task.' at position 1")]
    [InlineData(
        """{"queue":"WQ00000000000000000000000000000001","known_worker_sid":"task.a","""
        + """ "known_worker_friendly_name":"task.b"}""",
        "targets[0]: has both known_worker_sid and known_worker_friendly_name; only one may be given")]
    public void Wrong_target_is_refused_and_its_place_named(string targets, string expected) =>
        ErrorOf(Filter(targets)).ShouldBe("task_routing.filters[0]." + expected);

    [Fact]
    public void Large_configuration_is_read()
    {
        var filter = $$"""{"expression":"type == 'x'","targets":[{"queue":"{{First}}","timeout":10}]}""";
        var filters = string.Join(',', Enumerable.Repeat(filter, 10_000));

        Parse("{\"task_routing\":{\"filters\":[" + filters + "]}}").Filters.Count.ShouldBe(10_000);
    }

    private static string Filter(string targets) =>
        "{\"task_routing\":{\"filters\":[{\"expression\":\"1==1\",\"targets\":[" + targets + "]}]}}";

    private static WorkflowConfiguration Parse(string text) =>
        WorkflowConfiguration.TryParse(text, out var configuration, out var error)
            ? configuration
            : throw new InvalidDataException(error);

    private static string ErrorOf(string text)
    {
        WorkflowConfiguration.TryParse(text, out var configuration, out var error).ShouldBeFalse();
        configuration.ShouldBeNull();
        return error!;
    }
}
