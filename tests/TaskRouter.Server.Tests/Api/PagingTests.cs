using System.Net;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

public sealed class PagingTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Following_next_page_url_meets_every_row_once_while_rows_come_and_go()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var created = await CreateActivitiesAsync(workspace, 22);
        var doomed = created[..6];
        var met = new List<string>();

        var page = await workspace.GetAsync("/Activities?PageSize=4");
        for (var deleted = 0; ;)
        {
            met.AddRange(SidsOf(page));

            // Behind the reader, at the row it stands on, and in front of it.
            if (deleted < doomed.Count)
            {
                (await workspace.DeleteAsync($"/Activities/{doomed[deleted++]}")).ShouldBe(HttpStatusCode.NoContent);
                created = [.. created, .. await CreateActivitiesAsync(workspace, 1)];
            }

            if (Next(page) is not { } next)
            {
                break;
            }

            page = await fixture.Server.GetAsync(next);
        }

        met.ShouldBeUnique();
        met.Where(created.Contains).Except(doomed).ShouldBe(created.Except(doomed));
    }

    [Fact]
    public async Task A_page_starts_behind_a_row_that_is_gone()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var created = await CreateActivitiesAsync(workspace, 4);
        var all = SidsOf(await workspace.GetAsync("/Activities"));
        var first = await workspace.GetAsync($"/Activities?PageSize={all.IndexOf(created[0]) + 1}");

        await workspace.DeleteAsync($"/Activities/{created[0]}");

        SidsOf(await fixture.Server.GetAsync(Next(first)!)).ShouldBe(created[1..]);
    }

    [Fact]
    public async Task Pages_lead_back_to_the_first()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        await CreateActivitiesAsync(workspace, 8);
        var pages = new List<Answer> { await workspace.GetAsync("/Activities?PageSize=4") };
        while (Next(pages[^1]) is { } next)
        {
            pages.Add(await fixture.Server.GetAsync(next));
        }

        pages.Count.ShouldBe(3);
        Meta(pages[0], "previous_page_url").ShouldBeNull();
        for (var index = pages.Count - 1; index > 0; index--)
        {
            var previous = await fixture.Server.GetAsync(Meta(pages[index], "previous_page_url")!);
            SidsOf(previous).ShouldBe(SidsOf(pages[index - 1]));
            previous.Json.GetProperty("meta").GetProperty("page").GetInt32().ShouldBe(index - 1);
            SidsOf(await fixture.Server.GetAsync(Next(previous)!)).ShouldBe(SidsOf(pages[index]));
            (Meta(previous, "previous_page_url") is null).ShouldBe(index == 1);
        }
    }

    [Fact]
    public async Task A_page_that_has_become_empty_still_leads_back()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var created = await CreateActivitiesAsync(workspace, 2);
        var all = SidsOf(await workspace.GetAsync("/Activities"));
        var first = await workspace.GetAsync($"/Activities?PageSize={all.Count - 1}");
        await workspace.DeleteAsync($"/Activities/{created[1]}");

        var empty = await fixture.Server.GetAsync(Next(first)!);

        SidsOf(empty).ShouldBeEmpty();
        Next(empty).ShouldBeNull();
        SidsOf(await fixture.Server.GetAsync(Meta(empty, "previous_page_url")!)).ShouldBe(SidsOf(first));
    }

    [Fact]
    public async Task Meta_has_its_seven_keys_and_keeps_the_filters()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        for (var task = 0; task < 3; task++)
        {
            await workspace.PostAsync("/Tasks");
        }

        var page = await workspace.GetAsync(
            "/Tasks?AssignmentStatus=pending&AssignmentStatus=reserved&PageSize=2"
            + "&EvaluateTaskAttributes=1%3D%3D1%20OR%20a%3D%3D%27%26%27&Unknown=x");

        page.Json.EnumerateObject().Select(property => property.Name).ShouldBe(["tasks", "meta"], ignoreOrder: true);
        var meta = page.Json.GetProperty("meta");
        meta.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["page", "page_size", "first_page_url", "previous_page_url", "url", "next_page_url", "key"],
            ignoreOrder: true);
        var start = $"{fixture.Server.Url}v1/Workspaces/{workspace.Sid}/Tasks"
            + "?AssignmentStatus=pending&AssignmentStatus=reserved"
            + "&EvaluateTaskAttributes=1%3D%3D1%20OR%20a%3D%3D%27%26%27&PageSize=2";
        Meta(page, "url").ShouldBe(start + "&Page=0");
        Meta(page, "first_page_url").ShouldBe(start + "&Page=0");
        Next(page).ShouldBe(start + $"&Page=1&PageToken=PA{SidsOf(page)[^1]}");
        meta.GetProperty("page_size").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("", 50)]
    [InlineData("PageSize=1", 1)]
    [InlineData("PageSize=1000", 1000)]
    [InlineData("PageSize=1001", 1000)]
    [InlineData("PageSize=99999999999999999999", 1000)]
    [InlineData("PageSize=", 50)]
    [InlineData("Page=0", 50)]
    public async Task Page_sizes_are_clamped(string query, int size)
    {
        var page = (await fixture.Server.GetAsync($"/v1/Workspaces?{query}")).ShouldBe(HttpStatusCode.OK);

        page.Json.GetProperty("meta").GetProperty("page_size").GetInt32().ShouldBe(size);
    }

    [Theory]
    [InlineData("PageSize=0", 20001, "Invalid PageSize.")]
    [InlineData("PageSize=-1", 20001, "Invalid PageSize.")]
    [InlineData("PageSize=1.5", 20001, "Invalid PageSize.")]
    [InlineData("PageSize=%D9%A1", 20001, "Invalid PageSize.")]
    [InlineData("Page=-1", 20001, "Invalid Page.")]
    [InlineData("Page=x", 20001, "Invalid Page.")]
    [InlineData("PageToken=x", 20001, "Invalid PageToken.")]
    [InlineData("PageToken=PAWT00000000000000000000000000000000.1", 20001, "Invalid PageToken.")]
    [InlineData("PageToken=PAWT00000000000000000000000000000000.x.y", 20001, "Invalid PageToken.")]
    [InlineData("Page=1", 40153, "Absolute paging is not supported: follow next_page_url instead of Page")]
    [InlineData(
        "Ordering=DateCreated&Page=1", 40153, "Absolute paging is not supported: follow next_page_url instead of Page")]
    public async Task Other_pages_are_refused(string query, int code, string message)
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);

        (await workspace.GetAsync($"/Tasks?{query}")).ShouldBeError(HttpStatusCode.BadRequest, code)
            .String("message").ShouldBe(message);
    }

    [Theory]
    [InlineData("/Tasks", "PAWK00000000000000000000000000000000")]
    [InlineData("/Tasks", "PBWKffffffffffffffffffffffffffffffff")]
    [InlineData("/Tasks", "PAWKffffffffffffffffffffffffffffffff")]
    [InlineData("/Tasks?Ordering=Priority", "PAWK00000000000000000000000000000000")]
    [InlineData("/Events", "PBWT00000000000000000000000000000000")]
    public async Task A_token_of_another_list_is_refused(string path, string token)
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';

        (await workspace.GetAsync($"{path}{separator}PageToken={token}"))
            .ShouldBeError(HttpStatusCode.BadRequest, 20001)
            .String("message").ShouldBe("Invalid PageToken.");
    }

    [Fact]
    public async Task Pages_of_the_API_of_2010_are_followed_by_their_own_link() =>
        (await fixture.Server.GetAsync($"/2010-04-01/Accounts/{TestServer.Account.Sid}/Keys.json?Page=1"))
            .ShouldBeError(HttpStatusCode.BadRequest, 40153)
            .String("message").ShouldBe("Absolute paging is not supported: follow next_page_uri instead of Page");

    [Fact]
    public async Task A_page_ends_early_when_it_grows_too_large()
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        var document = $$"""{"task_routing":{"filters":[],"default_filter":{"queue":"{{workspace.QueueSid}}"} } }""";
        var configuration = document + new string(' ', 900_000);
        for (var index = 0; index < 11; index++)
        {
            (await workspace.PostAsync(
                "/Workflows", ("FriendlyName", $"Large {index}"), ("Configuration", configuration)))
                .ShouldBe(HttpStatusCode.Created);
        }

        var first = await workspace.GetAsync("/Workflows");
        var second = await fixture.Server.GetAsync(Next(first).ShouldNotBeNull());

        first.Items("workflows").Count.ShouldBeInRange(9, 11);
        (first.Items("workflows").Count + second.Items("workflows").Count).ShouldBe(12);
        Next(second).ShouldBeNull();
    }

    [Theory]
    [InlineData("Priority:desc,DateCreated:asc", "2a 2b 1a 1b 0a 0b")]
    [InlineData("Priority:desc,DateCreated:desc", "2b 2a 1b 1a 0b 0a")]
    [InlineData("Priority", "0a 0b 1a 1b 2a 2b")]
    [InlineData("DateCreated:desc", "0b 1b 2b 0a 1a 2a")]
    [InlineData("VirtualStartTime:asc", "0b 1b 2b 0a 1a 2a")]
    public async Task Tasks_are_listed_in_the_order_asked_for(string ordering, string expected)
    {
        var workspace = await TestWorkspace.CreateAsync(fixture.Server);
        await workspace.DeleteAsync($"/Tasks/{workspace.TaskSid}");
        var started = 0;
        foreach (var name in new[] { "2a", "1a", "0a", "2b", "1b", "0b" })
        {
            // SIDs of one millisecond still rise, but DateCreated itself has to differ here.
            await Task.Delay(2);
            (await workspace.PostAsync(
                "/Tasks",
                ("Attributes", $$"""{"name":"{{name}}"}"""),
                ("Priority", name[..1]),
                ("VirtualStartTime", $"2020-01-01T00:00:{59 - (started++)}Z")))
                .ShouldBe(HttpStatusCode.Created);
        }

        var names = new List<string>();
        var next = $"{workspace.Path}/Tasks?PageSize=2&Ordering={ordering}";
        while (next is not null)
        {
            var page = await fixture.Server.GetAsync(next);
            names.AddRange(page.Items("tasks")
                .Select(task => JsonElement.Parse(task.GetProperty("attributes").GetString()!))
                .Select(attributes => attributes.GetProperty("name").GetString()!));
            next = Next(page);
        }

        string.Join(' ', names).ShouldBe(expected);
    }

    private static async Task<List<string>> CreateActivitiesAsync(TestWorkspace workspace, int count)
    {
        var sids = new List<string>();
        for (var index = 0; index < count; index++)
        {
            sids.Add((await workspace.PostAsync("/Activities", ("FriendlyName", $"{Guid.NewGuid():N}")))
                .ShouldBe(HttpStatusCode.Created).Sid);
        }

        return sids;
    }

    private static List<string> SidsOf(Answer page) =>
        [.. page.Items(Meta(page, "key")!).Select(item => item.GetProperty("sid").GetString()!)];

    private static string? Next(Answer page) => Meta(page.ShouldBe(HttpStatusCode.OK), "next_page_url");

    private static string? Meta(Answer page, string name) =>
        page.Json.GetProperty("meta").GetProperty(name).GetString();
}
