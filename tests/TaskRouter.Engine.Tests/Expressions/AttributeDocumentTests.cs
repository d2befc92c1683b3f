using System.Text;
using System.Text.Json;
using Shouldly;
using TaskRouter.Engine.Expressions;
using Xunit;

namespace TaskRouter.Engine.Tests.Expressions;

public sealed class AttributeDocumentTests
{
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("{} {}")]
    [InlineData("{} x")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":[1,]}")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":+1}")]
    [InlineData("{\"a\":.5}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":Infinity}")]
    [InlineData("{\"a\":undefined}")]
    [InlineData("{\"a\":True}")]
    [InlineData("{\"a\":1} // why")]
    [InlineData("/* why */ {}")]
    [InlineData("{\"a\":\"line\nbreak\"}")]
    [InlineData("{\"a\":\"\u0000\"}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("\uFEFF{}")]
    public void Text_that_is_not_strict_JSON_is_refused(string text) =>
        ErrorOf(text).ShouldStartWith("is not valid JSON (line 1, byte ");

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"{}\"")]
    [InlineData("1")]
    [InlineData("true")]
    public void Root_that_is_not_an_object_is_refused(string text) => ErrorOf(text).ShouldBe("must be a JSON object");

    [Theory]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":[\"\\udc00 and a text that is longer than what the pool of strings takes, to be sure\"]}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":\"\\ud800\\u0041\"}")]
    public void Escaped_half_of_a_surrogate_pair_is_refused(string text) =>
        ErrorOf(text).ShouldBe("must not contain half of a surrogate pair");

    [Fact]
    public void Raw_half_of_a_surrogate_pair_is_refused() =>
        ErrorOf("{\"a\":\"" + '\uD800' + "\"}").ShouldBe("must not contain half of a surrogate pair");

    [Fact]
    public void Error_tells_the_line_and_the_byte() =>
        ErrorOf("{\n \"a\": x}").ShouldBe("is not valid JSON (line 2, byte 7)");

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Depth_of_64_is_read_and_65_refused(string open, string close)
    {
        Samples.Document(Nested(63)).Text.ShouldBe(Nested(63));
        ErrorOf(Nested(64)).ShouldBe("must not be nested deeper than 64 levels");
        ErrorOf(Nested(65)).ShouldBe("must not be nested deeper than 64 levels");

        string Nested(int levels) => "{\"a\":" + Repeat(open, levels) + "1" + Repeat(close, levels) + "}";
    }

    [Fact]
    public void Hundred_thousand_levels_are_refused_without_harm() =>
        ErrorOf("{\"a\":" + new string('[', 100_000)).ShouldBe("must not be nested deeper than 64 levels");

    [Fact]
    public void Text_is_kept_exactly()
    {
        const string text = " {\"b\" : 1.0,\r\n\t\"a\":\"\\u0041\", \"b\":2 } ";

        Samples.Document(text).Text.ShouldBeSameAs(text);
    }

    [Fact]
    public void Last_of_equal_names_counts()
    {
        var root = Samples.Document("""{"a":1,"b":2,"a":"x","c":3,"\u0061":4}""").Root;

        root.Find("a").AsInteger.ShouldBe(4);
        root.Find("b").AsInteger.ShouldBe(2);
        root.Find("c").AsInteger.ShouldBe(3);
    }

    [Fact]
    public void Every_name_of_a_large_object_is_found()
    {
        var text = "{" + string.Join(',', Enumerable.Range(0, 40_000).Select(n => $"\"n{n}\":{n}")) + "}";

        var root = Samples.Document(text).Root;

        Enumerable.Range(0, 40_000).ShouldAllBe(n => root.Find("n" + n).AsInteger == n);
        root.Find("n40000").IsMissing.ShouldBeTrue();
    }

    [Fact]
    public void Values_keep_their_kind()
    {
        var root = Samples.Document(
            """{"n":null,"t":true,"f":false,"s":"ü\n😀","i":-7,"r":1.0,"e":1e2,"o":{"x":[]},"l":[1,"a",null]}""").Root;

        root.Find("nothing").Kind.ShouldBe(JsonValueKind.Undefined);
        root.Find("nothing").IsMissing.ShouldBeTrue();
        root.Find("nothing").IsNull.ShouldBeTrue();
        root.Find("n").Kind.ShouldBe(JsonValueKind.Null);
        root.Find("n").IsMissing.ShouldBeFalse();
        root.Find("n").IsNull.ShouldBeTrue();
        root.Find("t").Kind.ShouldBe(JsonValueKind.True);
        root.Find("f").Kind.ShouldBe(JsonValueKind.False);
        root.Find("s").AsText.ShouldBe("ü\n😀");
        root.Find("i").AsInteger.ShouldBe(-7);
        root.Find("i").AsText.ShouldBeNull();
        root.Find("o").Kind.ShouldBe(JsonValueKind.Object);
        root.Find("l").Kind.ShouldBe(JsonValueKind.Array);
        root.Find("l").AsArray!.Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("1", 1L, 1d)]
    [InlineData("-0", 0L, 0d)]
    [InlineData("9223372036854775807", long.MaxValue, 9223372036854775807d)]
    [InlineData("9223372036854775808", null, 9223372036854775808d)]
    [InlineData("1.0", null, 1d)]
    [InlineData("1e2", null, 100d)]
    [InlineData("1e999", null, double.PositiveInfinity)]
    public void Number_is_an_integer_when_it_is_written_as_one_and_fits(string text, long? whole, double number)
    {
        var value = Samples.Document("{\"n\":" + text + "}").Root.Find("n");

        value.AsInteger.ShouldBe(whole);
        value.AsNumber.ShouldBe(number);
    }

    [Fact]
    public void Names_and_elements_are_shared_between_documents()
    {
        var first = Samples.Document("""{"skills":["english"]}""").Root.Find("skills").AsArray!;
        var second = Samples.Document("""{"skills":["english"]}""").Root.Find("skills").AsArray!;

        second[0].AsText.ShouldBeSameAs(first[0].AsText);
    }

    [Fact]
    public void Long_and_short_strings_are_read_alike()
    {
        for (var length = 0; length <= 2 * StringPool.LengthMax; length++)
        {
            var name = new string('ä', length);
            Samples.Document($$"""{"{{name}}":["{{name}}"]}""").Root.Find(name).AsArray![0].AsText.ShouldBe(name);
        }
    }

    private static string ErrorOf(string text)
    {
        AttributeDocument.TryParse(text, out var document, out var error).ShouldBeFalse();
        document.ShouldBeNull();
        return error!;
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
