using System.Text.Json;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Access;
using Xunit;

namespace TaskRouter.Server.Tests.Access;

public sealed class PolicyTests
{
    private static readonly Sid Workspace = Sid.FromGuid(
        SidKind.Workspace, Guid.Parse("00000000000000000000000000000001"));

    [Theory]
    [InlineData("/v1/Workspaces/WS1", "/v1/Workspaces/WS1", true)]
    [InlineData("/v1/Workspaces/WS1", "/v1/Workspaces/WS1/", true)]
    [InlineData("/v1/Workspaces/WS1", "/v1/workspaces/WS1", true)]
    [InlineData("/v1/Workspaces/WS1", "/v1/Workspaces/WS1/Tasks", false)]
    [InlineData("/v1/Workspaces/WS1", "/v1/Workspaces/WS12", false)]
    [InlineData("/v1/Workspaces/WS1/*", "/v1/Workspaces/WS1", false)]
    [InlineData("/v1/Workspaces/WS1/*", "/v1/Workspaces/WS1/Tasks", true)]
    [InlineData("/v1/Workspaces/WS1/*", "/v1/Workspaces/WS1/Tasks/WT1", false)]
    [InlineData("/v1/Workspaces/WS1/**", "/v1/Workspaces/WS1", true)]
    [InlineData("/v1/Workspaces/WS1/**", "/v1/Workspaces/WS1/Tasks/WT1", true)]
    [InlineData("/v1/Workspaces/WS1/**", "/v1/Workspaces/WS2/Tasks/WT1", false)]
    [InlineData("/v1/**/Reservations", "/v1/Workspaces/WS1/Tasks/WT1/Reservations", true)]
    [InlineData("/v1/**/Reservations", "/v1/Reservations", true)]
    [InlineData("/v1/**/Reservations", "/v1/Workspaces/WS1/Tasks/WT1/Reservations/WR1", false)]
    [InlineData("/v1/**/Tasks/**/Reservations/*", "/v1/Tasks/WT1/Tasks/WT1/Reservations/WR1", true)]
    [InlineData("/v1/**/Tasks/*/WR1", "/v1/Tasks/Tasks/Tasks/WT1/WR1", true)]
    [InlineData("/v1/*/Tasks", "/v1//Tasks", true)]
    [InlineData("/v1/Work*", "/v1/Workspaces", false)]
    [InlineData("/**", "/v1/Workspaces", true)]
    [InlineData("", "/v1", false)]
    [InlineData("?x=/v1", "/v1", false)]
    public void Paths_are_matched_by_segments(string pattern, string path, bool expected)
    {
        var policy = Parse($$"""{"url":"https://taskrouter.twilio.com{{pattern}}","method":"GET","allow":true}""");

        policy.ShouldNotBeNull().Covers("GET", Policy.Split(path)).ShouldBe(expected);
    }

    [Fact]
    public void Many_wildcards_cost_no_more_than_time_in_proportion()
    {
        var policy = Policy.Allow("GET", string.Concat(Enumerable.Repeat("/**/a", 500)) + "/b");

        policy.Covers("GET", Policy.Split(string.Concat(Enumerable.Repeat("/a", 2_000)))).ShouldBeFalse();
    }

    [Theory]
    [InlineData("GET", "GET", true)]
    [InlineData("get", "GET", true)]
    [InlineData("GET", "HEAD", true)]
    [InlineData("GET", "POST", false)]
    [InlineData("HEAD", "GET", false)]
    [InlineData("*", "GET", false)]
    public void Methods_are_matched_and_HEAD_reads_as_GET_does(string method, string asked, bool expected) =>
        Parse($$"""{"url":"https://x/v1","method":"{{method}}","allow":true}""")
            .ShouldNotBeNull().Covers(asked, ["v1"]).ShouldBe(expected);

    [Theory]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"url":"/v1","method":"GET"}""")]
    [InlineData("""{"url":"/v1","method":"GET","allow":"true"}""")]
    [InlineData("""{"url":1,"method":"GET","allow":true}""")]
    [InlineData("""{"url":"/v1","method":"GET","allow":true,"query_filter":[1]}""")]
    [InlineData("""{"url":"/v1","method":"GET","allow":true,"query_filter":{"A":1}}""")]
    [InlineData("""{"url":"/v1","method":"GET","allow":true,"post_filter":{"A":{"required":1}}}""")]
    [InlineData("""{"url":"/v1","method":"GET","allow":true,"post_filter":"A"}""")]
    public void What_is_no_policy_is_not_read_as_one(string json) => Parse(json).ShouldBeNull();

    [Theory]
    [InlineData("""{"A":{"required":true}}""", "A=1", true)]
    [InlineData("""{"A":{"required":true}}""", "B=1", false)]
    [InlineData("""{"A":{"required":false}}""", "", true)]
    [InlineData("""{"A":"x"}""", "A=x", true)]
    [InlineData("""{"A":"x"}""", "A=y", false)]
    [InlineData("""{"A":"x"}""", "", false)]
    [InlineData("""{"A":"x"}""", "A=x&A=y", false)]
    [InlineData("""{"A":"x","B":{"required":true}}""", "A=x&B=", true)]
    [InlineData("[]", "", true)]
    [InlineData("null", "", true)]
    public async Task Filters_ask_for_parameters_and_values(string filter, string given, bool expected)
    {
        foreach (var (query, form, kind) in new[] { (given, "", "query_filter"), ("", given, "post_filter") })
        {
            var policy = Parse(
                $$"""{"url":"https://x/v1/Workspaces/**","method":"POST","allow":true,"{{kind}}":{{filter}}}""");

            (await AllowsAsync([policy!], "POST", query, form)).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task What_no_policy_allows_is_denied_and_what_one_forbids_stays_forbidden()
    {
        var all = Policy.Allow("POST", "/v1/Workspaces/**");
        var none = all with { IsAllowed = false };
        var noPriority = none with { Form = [new("Priority", null)] };

        (await AllowsAsync([], "POST")).ShouldBeFalse();
        (await AllowsAsync([all], "POST")).ShouldBeTrue();
        (await AllowsAsync([all], "DELETE")).ShouldBeFalse();
        (await AllowsAsync([none, all], "POST")).ShouldBeFalse();
        (await AllowsAsync([all, none], "POST")).ShouldBeFalse();
        (await AllowsAsync([all, noPriority], "POST")).ShouldBeTrue();
        (await AllowsAsync([all, noPriority], "POST", "", "Priority=1")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/v1/Workspaces/WS00000000000000000000000000000002/Tasks")]
    [InlineData("/v1/Workspaces")]
    [InlineData("/v1")]
    [InlineData("/")]
    [InlineData("/2010-04-01/Accounts/WS00000000000000000000000000000001/Keys.json")]
    public async Task No_policy_leads_out_of_the_workspace(string path)
    {
        var grant = new Grant(Workspace, [Policy.Allow("GET", "/**")]);

        (await grant.AllowsAsync("GET", path, () => [], () => new([]))).ShouldBeFalse();
    }

    private static Policy? Parse(string json) => Policy.Parse(JsonDocument.Parse(json).RootElement);

    private static async Task<bool> AllowsAsync(
        IReadOnlyList<Policy> policies, string method, string query = "", string form = "") =>
        await new Grant(Workspace, policies).AllowsAsync(
            method, $"/v1/Workspaces/{Workspace}/Tasks", () => Pairs(query), () => new([.. Pairs(form)]));

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string text) => text
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('='))
        .Select(parts => KeyValuePair.Create(parts[0], parts[1]));
}
