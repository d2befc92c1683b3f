using Shouldly;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

public sealed class RequestSignatureTests
{
    private const string Url = "https://mycompany.com/myapp.php?foo=1&bar=2";

    [Fact]
    public void Fields_of_a_form_are_signed_in_the_order_of_their_names() => RequestSignature
        .Compute("12345", Url,
        [
            new("CallSid", "CA1234567890ABCDE"),
            new("Digits", "1234"),
            new("From", "+14158675309"),
            new("To", "+18005551212"),
            new("Caller", "+14158675309"),
        ])
        .ShouldBe("RSOYDt4T1cUTdK1PDd93/VVr8B8=");

    [Fact]
    public void A_name_with_several_values_is_signed_once_for_each_distinct_one() => RequestSignature
        .Compute("12345", Url,
        [
            new("Sid", "CA123"),
            new("SidAccount", "AC123"),
            new("Digits", "5678"),
            new("Digits", "1234"),
            new("Digits", "1234"),
        ])
        .ShouldBe("IK+Dwps556ElfBT0I3Rgjkr1wJU=");

    [Fact]
    public void Values_are_signed_as_they_are_before_encoding() => RequestSignature
        .Compute("secret", "https://example.com/events?x=1",
        [
            new("AccountSid", "AC00000000000000000000000000000001"),
            new("EventType", "task.created"),
            new("ResourceSid", "WT00000000000000000000000000000001"),
            new("TaskAttributes", """{"type":"support"}"""),
            new("Timestamp", "1700000000"),
        ])
        .ShouldBe("Y2MEHEcXhlL4vNmq4Ezg/0UakpA=");
}
