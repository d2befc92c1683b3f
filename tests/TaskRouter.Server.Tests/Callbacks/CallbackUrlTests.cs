using Shouldly;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

public sealed class CallbackUrlTests
{
    [Theory]
    [InlineData("https://example.com/assign?key=1#rc=2", "https://example.com/assign?key=1")]
    [InlineData("https://example.com", "https://example.com/")]
    [InlineData("https://example.com:443/a", "https://example.com/a")]
    [InlineData("http://example.com:8080/a", "http://example.com:8080/a")]
    [InlineData("http://user:secret@example.com/a", "http://example.com/a")]
    [InlineData("http://[::1]:8080/a", "http://[::1]:8080/a")]
    [InlineData("http://bücher.example/a b", "http://xn--bcher-kva.example/a%20b")]
    public void The_receiver_sees_neither_fragment_nor_user_info_nor_default_port(string text, string seen) =>
        CallbackUrl.Of(text)!.Text.ShouldBe(seen);

    [Fact]
    public void The_log_sees_no_query_and_no_user_info() =>
        CallbackUrl.Of("http://user:secret@example.com:81/a?token=x")!.Loggable.ShouldBe("http://example.com:81/a");

    [Fact]
    public void The_fragment_sets_the_connection_up() =>
        CallbackUrl.Of("http://example.com/#rc=4")!.Overrides.RetryCount.ShouldBe(4);

    [Fact]
    public void User_info_becomes_basic_credentials() =>
        CallbackUrl.Of("http://user:p%40ss@example.com/")!.Credentials!.ToString().ShouldBe("Basic dXNlcjpwQHNz");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("assign")]
    [InlineData("/assign")]
    [InlineData("http://")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://xn--漢漢\u200dh")]
    public void Anything_but_an_absolute_http_url_is_none(string? text) => CallbackUrl.Of(text).ShouldBeNull();
}
