using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests;

public sealed class HealthCheckTests
{
    [Theory]
    [InlineData(null, "http://127.0.0.1:8080/")]
    [InlineData("", "http://127.0.0.1:8080/")]
    [InlineData("http://+:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://*:81", "http://127.0.0.1:81/")]
    [InlineData("http://0.0.0.0:5000;https://0.0.0.0:5001", "http://127.0.0.1:5000/")]
    [InlineData("http://[::]:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://localhost:5000", "http://localhost:5000/")]
    [InlineData("http://unix:/run/taskrouter.sock", "http://localhost/")]
    public void Listening_address_becomes_one_that_can_be_asked(string? urls, string expected) =>
        HealthCheck.LocalUrl(urls).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("junk")]
    [InlineData(";")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task An_address_that_is_none_is_unhealthy(string urls) =>
        (await HealthCheck.RunAsync([HealthCheck.Argument, "--urls", urls])).ShouldBe(1);

    [Fact]
    public async Task Nobody_listening_is_unhealthy()
    {
        // Port 9 (discard) is never ours; a refused connection is all the probe may see.
        var code = await HealthCheck.RunAsync([HealthCheck.Argument, "--urls", "http://127.0.0.1:9"]);

        code.ShouldBe(1);
    }
}
