using Shouldly;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

public sealed class ConnectionOverridesTests
{
    [Fact]
    public void Without_a_fragment_the_documented_defaults_hold() =>
        Shown(ConnectionOverrides.Parse("")).ShouldBe("ct=5000 rt=15000 tt=15000 rc=1 rp=Connect");

    [Theory]
    [InlineData("#ct=2000&rt=4000&tt=10000&rc=2&rp=all", "ct=2000 rt=4000 tt=10000 rc=2 rp=All")]
    [InlineData("ct=100", "ct=100 rt=15000 tt=15000 rc=1 rp=Connect")]
    [InlineData("#ct=99&rt=99&tt=99&rc=-1", "ct=100 rt=100 tt=100 rc=0 rp=Connect")]
    [InlineData("#ct=10001&rt=15001&tt=15001&rc=6", "ct=10000 rt=15000 tt=15000 rc=5 rp=Connect")]
    [InlineData("#rc=0", "ct=5000 rt=15000 tt=15000 rc=0 rp=Connect")]
    [InlineData("#rp=4xx,5xx", "ct=5000 rt=15000 tt=15000 rc=1 rp=ClientError, ServerError")]
    [InlineData("#rp=RT%2Cct", "ct=5000 rt=15000 tt=15000 rc=1 rp=Connect, Read")]
    [InlineData("#e=ashburn&sni=y&rc=3", "ct=5000 rt=15000 tt=15000 rc=3 rp=Connect")]
    [InlineData("#ct=1&ct=300", "ct=300 rt=15000 tt=15000 rc=1 rp=Connect")]
    public void Overrides_are_read_and_kept_in_range(string fragment, string expected) =>
        Shown(ConnectionOverrides.Parse(fragment)).ShouldBe(expected);

    [Theory]
    [InlineData("#")]
    [InlineData("#section-2")]
    [InlineData("#=&&=5&ct&rt=")]
    [InlineData("#ct=soon&rt=1.5&tt=0x10&rc=+&rp=sometimes")]
    [InlineData("#ct=99999999999999999999999999")]
    [InlineData("#CT=200")]
    public void What_cannot_be_read_changes_nothing(string fragment) =>
        ConnectionOverrides.Parse(fragment).ShouldBe(ConnectionOverrides.Default);

    private static string Shown(ConnectionOverrides overrides) =>
        $"ct={overrides.ConnectTimeout.TotalMilliseconds} rt={overrides.ReadTimeout.TotalMilliseconds} "
        + $"tt={overrides.TotalTimeout.TotalMilliseconds} rc={overrides.RetryCount} rp={overrides.RetryPolicy}";
}
