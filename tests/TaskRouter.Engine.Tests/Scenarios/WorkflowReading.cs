using System.Text.Json.Nodes;

namespace TaskRouter.Engine.Tests.Scenarios;

/// <summary>
/// Writes a workflow's configuration from lines: "filter NAME when ..." with its "step ..." lines, and "default QUEUE".
/// </summary>
internal sealed class WorkflowReading(StoryWorld world, Func<string, Words, string> fill)
{
    private static readonly string[] StepOptions = ["timeout", "priority", "when", "order", "skip", "known"];

    public string ToDefault(Words words) => Configuration([], new JsonObject { ["queue"] = Queue(words) });

    public string Configuration(List<StoryLine> block)
    {
        var filters = new JsonArray();
        JsonObject? byDefault = null;
        foreach (var words in block.Select(line => new Words(line, line.Text)))
        {
            switch (words.Next("filter, step or default"))
            {
                case "filter":
                    var name = words.Next("the filter's name");
                    words.Expect("when");
                    filters.Add(new JsonObject
                    {
                        ["filter_friendly_name"] = name,
                        ["expression"] = fill(words.Next("an expression over the task"), words),
                        ["targets"] = new JsonArray(),
                    });
                    break;
                case "step" when filters.Count > 0:
                    filters[^1]!["targets"]!.AsArray().Add((JsonNode)Step(words));
                    break;
                case "default":
                    byDefault = Options(words, new JsonObject { ["queue"] = Queue(words) });
                    break;
                default:
                    throw words.Error("Expected filter, step (of a filter) or default.");
            }

            words.ExpectEnd();
        }

        return Configuration(filters, byDefault);
    }

    private static string Configuration(JsonArray filters, JsonObject? byDefault)
    {
        var routing = new JsonObject { ["filters"] = filters };
        if (byDefault is not null)
        {
            routing["default_filter"] = byDefault;
        }

        return new JsonObject { ["task_routing"] = routing }.ToJsonString();
    }

    // Without a queue a step has that of the step before.
    private JsonObject Step(Words words)
    {
        var step = new JsonObject();
        if (!words.IsAtEnd && !Array.Exists(StepOptions, words.IsNext))
        {
            step["queue"] = Queue(words);
        }

        return Options(words, step);
    }

    private JsonObject Options(Words words, JsonObject step)
    {
        while (!words.IsAtEnd)
        {
            if (words.Take("timeout"))
            {
                step["timeout"] = words.NextNumber("seconds");
            }
            else if (words.Take("priority"))
            {
                step["priority"] = words.NextNumber("a priority");
            }
            else if (words.Take("when"))
            {
                step["expression"] = fill(words.Next("an expression over task and worker"), words);
            }
            else if (words.Take("order", "by"))
            {
                step["order_by"] = words.Next("an order");
            }
            else if (words.Take("skip", "if"))
            {
                step["skip_if"] = fill(words.Next("a condition"), words);
            }
            else if (words.Take("known", "worker", "name"))
            {
                step["known_worker_friendly_name"] = words.Next("a task attribute");
            }
            else if (words.Take("known", "worker"))
            {
                step["known_worker_sid"] = words.Next("a task attribute");
            }
            else
            {
                throw words.Unknown();
            }
        }

        return step;
    }

    private string Queue(Words words) => world.Names.Get(words, "a queue").ToString();
}
