using System.Text;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

public sealed class AssignmentInstructionTests
{
    private const string ActivitySid = "WA0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("""{"instruction":"accept"}""")]
    [InlineData("""{"instruction":"Accept","activity_sid":7}""")]
    [InlineData("\uFEFF {\"instruction\":\"ACCEPT\"}\r\n")]
    public void Accept_is_read_in_any_letter_case(string body) =>
        Read(body).ShouldBe(new AssignmentInstruction.Accept());

    [Theory]
    [InlineData("""{"instruction":"reject"}""", null)]
    [InlineData("""{"instruction":"reject","activity_sid":null}""", null)]
    [InlineData("""{"instruction":"Reject","activity_sid":"WA0123456789abcdef0123456789abcdef"}""", ActivitySid)]
    public void Reject_may_name_an_activity(string body, string? activity)
    {
        Sid? expected = Sid.TryParse(activity, out var sid) ? sid : null;

        Read(body).ShouldBe(new AssignmentInstruction.Reject(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    [InlineData("{}")]
    public void An_empty_answer_asks_for_nothing(string body) => Read(body).ShouldBe(new AssignmentInstruction.None());

    [Theory]
    [InlineData("""{"Instruction":"accept"}""", 40005)]
    [InlineData("""{"ok":true}""", 40005)]
    [InlineData("""{"instruction":"resign"}""", 55555)]
    [InlineData("""{"instruction":" accept"}""", 55555)]
    [InlineData("""{"instruction":["accept"]}""", 55555)]
    [InlineData("""{"instruction":null}""", 55555)]
    [InlineData("""{"instruction":"reject","activity_sid":""}""", 40100)]
    [InlineData("""{"instruction":"reject","activity_sid":1}""", 40100)]
    [InlineData("""{"instruction":"reject","activity_sid":"WK0123456789abcdef0123456789abcdef"}""", 40100)]
    public void An_answer_that_cannot_be_obeyed_changes_nothing_and_says_why(string body, int code) =>
        Read(body).ShouldBeOfType<AssignmentInstruction.None>().Warning!.Code.ShouldBe(code);

    [Theory]
    [InlineData("""{"instruction":"accept" """)]
    [InlineData("""{"instruction":"accept"} {}""")]
    [InlineData("""{'instruction':'accept'}""")]
    [InlineData("""
        "{\"instruction\":\"accept\"}"
        """)]
    [InlineData("""[{"instruction":"accept"}]""")]
    [InlineData("""{"instruction":"\ud800"}""")]
    [InlineData("null")]
    [InlineData("<html/>")]
    public void What_is_no_json_object_is_a_failure(string body) => Failure(Read(body)).Code.ShouldBe(40001);

    [Fact]
    public void Bytes_that_are_not_utf8_are_a_failure() => Failure(AssignmentInstruction.Of(
        new CallbackAnswer(200, "application/json", "{\"instruction\":\"\xFF\"}"u8.ToArray().Select(
            octet => octet >= 0x80 ? (byte)0xFF : octet).ToArray()))).Code.ShouldBe(40001);

    [Fact]
    public void Json_nested_too_deeply_is_a_failure() =>
        Failure(Read(new string('[', 10_000) + new string(']', 10_000))).Code.ShouldBe(40001);

    [Theory]
    [InlineData(null)]
    [InlineData("text/html")]
    [InlineData("text/json")]
    public void A_body_of_another_type_is_a_failure(string? mediaType) =>
        Failure(Read("""{"instruction":"accept"}""", mediaType: mediaType)).Code.ShouldBe(40000);

    [Fact]
    public void The_type_of_an_empty_body_does_not_matter() =>
        Read("", mediaType: "text/html").ShouldBe(new AssignmentInstruction.None());

    [Theory]
    [InlineData(201)]
    [InlineData(204)]
    public void Only_status_200_carries_an_instruction(int status) =>
        Read("""{"instruction":"accept"}""", status).ShouldBe(new AssignmentInstruction.None());

    [Fact]
    public void A_failed_call_is_a_failure() => Failure(
        AssignmentInstruction.Of(CallbackAnswer.Failed(CallbackFailure.NoAnswer))).ShouldBe(CallbackFailure.NoAnswer);

    private static AssignmentInstruction Read(
        string body, int status = 200, string? mediaType = "application/json") =>
        AssignmentInstruction.Of(new CallbackAnswer(status, mediaType, Encoding.UTF8.GetBytes(body)));

    private static CallbackFailure Failure(AssignmentInstruction instruction) =>
        instruction.ShouldBeOfType<AssignmentInstruction.Failed>().Failure;
}
