using System.Text.Json.Nodes;
using Shouldly;
using TaskRouter.Engine.Expressions;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

/// <summary>https://www.rfc-editor.org/rfc/rfc7396</summary>
public sealed class AttributePatchTests
{
    // The cases of the RFC's appendix whose target and patch are objects.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{"a":"foo"}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void Patches_do_what_the_RFC_says(string target, string patch, string expected) =>
        AttributePatch.Apply(target, patch).ShouldBe(expected);

    [Theory]
    [InlineData(
        " { \"a\" : 1.0 ,\n\t\"b\":\"\\u0041\" } ",
        """{"c":2}""",
        " { \"a\" : 1.0 ,\n\t\"b\":\"\\u0041\" ,\"c\":2} ")]
    [InlineData("{ \"a\" : 1 , \"b\" : [ 1,2 ] }", """{"a":3}""", "{ \"a\" : 3 , \"b\" : [ 1,2 ] }")]
    [InlineData("{ \"a\" : 1 , \"b\" : [ 1,2 ] }", """{"b":null}""", "{ \"a\" : 1 }")]
    [InlineData("{\"r\":{ \"x\":1e2 , \"y\":2}}", """{"r":{"y":3}}""", "{\"r\":{ \"x\":1e2 , \"y\":3}}")]
    [InlineData("{ }", "{}", "{ }")]
    public void What_a_patch_does_not_name_stays_as_it_was_written(string target, string patch, string expected) =>
        AttributePatch.Apply(target, patch).ShouldBe(expected);

    [Fact]
    public void Of_repeated_names_the_last_one_counts_and_the_others_go()
    {
        AttributePatch.Apply("""{"a":1,"b":2,"a":3}""", """{"a":4}""").ShouldBe("""{"b":2,"a":4}""");
        AttributePatch.Apply("""{"a":1,"b":2,"a":3}""", """{"a":null}""").ShouldBe("""{"b":2}""");
        AttributePatch.Apply("{}", """{"a":1,"a":2}""").ShouldBe("""{"a":2}""");
    }

    [Fact]
    public void Generated_patches_give_what_the_plain_algorithm_gives()
    {
        var random = new Random(7396);
        for (var run = 0; run < 3_000; run++)
        {
            var (target, patch) = (AnyObject(random, 4), AnyObject(random, 4));

            var patched = AttributePatch.Apply(target.ToJsonString(), patch.ToJsonString());

            JsonNode.DeepEquals(JsonNode.Parse(patched), Plain(target.DeepClone(), patch))
                .ShouldBeTrue($"{target} patched with {patch} is {patched}");
            AttributeDocument.TryParse(patched, out _, out var error).ShouldBeTrue(error);
        }
    }

    // The pseudo code of the RFC, word for word.
    private static JsonNode? Plain(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                var current = result[name];
                result.Remove(name);
                result[name] = Plain(current, value);
            }
        }

        return result;
    }

    private static JsonObject AnyObject(Random random, int depth)
    {
        var result = new JsonObject();
        for (var count = random.Next(4); count > 0; count--)
        {
            result[((char)('a' + random.Next(5))).ToString()] = AnyValue(random, depth);
        }

        return result;
    }

    private static JsonNode? AnyValue(Random random, int depth) => random.Next(6) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(3)),
        2 => JsonValue.Create("}\",{"),
        3 => new JsonArray(JsonValue.Create(1), new JsonObject { ["a"] = null }),
        _ when depth > 0 => AnyObject(random, depth - 1),
        _ => JsonValue.Create(true),
    };
}
