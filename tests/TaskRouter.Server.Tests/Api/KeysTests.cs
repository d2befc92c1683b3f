using System.Net;
using Shouldly;
using TaskRouter.Server.Access;
using Xunit;

namespace TaskRouter.Server.Tests.Api;

/// <summary>https://www.twilio.com/docs/iam/api-keys/key-resource-v2010</summary>
public sealed class KeysTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly string Keys = $"/2010-04-01/Accounts/{TestServer.Account.Sid}/Keys";

    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task A_key_shows_its_secret_once_and_signs_in_until_it_is_deleted()
    {
        var created = await _server.PostAsync($"{Keys}.json", ("FriendlyName", "Build server"));
        var authorization = TestServer.Basic(created.Sid, created.String("secret"));

        created.ShouldBe(HttpStatusCode.Created);
        created.Json.EnumerateObject().Select(property => property.Name)
            .ShouldBe(["sid", "friendly_name", "secret", "date_created", "date_updated"]);
        created.Sid.ShouldMatch("^SK[0-9a-f]{32}$");
        created.String("secret").ShouldMatch("^[A-Za-z0-9]{32}$");
        created.String("date_created")
            .ShouldMatch(@"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$");
        (await _server.GetAsAsync(authorization, "/v1/Workspaces")).ShouldBe(HttpStatusCode.OK);
        var fetched = await _server.GetAsync($"{Keys}/{created.Sid}.json");
        fetched.Json.EnumerateObject().Select(property => property.Name)
            .ShouldBe(["sid", "friendly_name", "date_created", "date_updated"]);

        (await _server.DeleteAsync($"{Keys}/{created.Sid}.json")).ShouldBe(HttpStatusCode.NoContent);

        (await _server.GetAsAsync(authorization, "/v1/Workspaces")).ShouldBeError(HttpStatusCode.Unauthorized, 20003);
        (await _server.GetAsync($"{Keys}/{created.Sid}.json")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await _server.DeleteAsync($"{Keys}/{created.Sid}.json")).ShouldBeError(HttpStatusCode.NotFound, 20404);
    }

    [Fact]
    public async Task A_key_acts_for_its_account_but_manages_no_keys()
    {
        var created = await _server.PostAsync($"{Keys}.json");
        var authorization = TestServer.Basic(created.Sid, created.String("secret"));

        (await _server.PostAsAsync(authorization, "/v1/Workspaces", ("FriendlyName", $"{Guid.NewGuid():N}")))
            .ShouldBe(HttpStatusCode.Created).String("account_sid").ShouldBe(TestServer.Account.Sid.ToString());
        (await _server.PostAsAsync(authorization, $"{Keys}.json")).ShouldBeError(HttpStatusCode.Unauthorized, 20003);
        (await _server.SendAsync(HttpMethod.Delete, $"{Keys}/{created.Sid}.json", authorization: authorization))
            .ShouldBeError(HttpStatusCode.Unauthorized, 20003);
        (await _server.GetAsync($"{Keys}/{created.Sid}.json")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_can_be_renamed_and_nothing_else()
    {
        var created = await _server.PostAsync($"{Keys}.json", ("FriendlyName", "First"), ("Sid", "SK0"));
        var path = $"{Keys}/{created.Sid}.json";

        (await _server.PostAsync(path, ("FriendlyName", "Second"), ("Secret", "mine"), ("AccountSid", "AC0")))
            .ShouldBe(HttpStatusCode.OK).String("friendly_name").ShouldBe("Second");
        (await _server.PostAsync(path)).ShouldBe(HttpStatusCode.OK).String("friendly_name").ShouldBe("Second");
        (await _server.PostAsync(path, ("FriendlyName", new string('x', 65))))
            .ShouldBeError(HttpStatusCode.BadRequest, 20002);
        (await _server.GetAsync(path)).String("friendly_name").ShouldBe("Second");
        (await _server.GetAsAsync(TestServer.Basic(created.Sid, "mine"), "/v1/Workspaces"))
            .ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_accounts_keys_are_as_good_as_none()
    {
        var created = await _server.PostAsync($"{Keys}.json");
        var other = TestServer.Basic(TestServer.OtherAccount);
        var theirs = $"/2010-04-01/Accounts/{TestServer.OtherAccount.Sid}/Keys";

        (await _server.GetAsAsync(other, $"{Keys}.json")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await _server.GetAsAsync(other, $"{theirs}/{created.Sid}.json")).ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await _server.SendAsync(HttpMethod.Delete, $"{theirs}/{created.Sid}.json", authorization: other))
            .ShouldBeError(HttpStatusCode.NotFound, 20404);
        (await _server.GetAsAsync(other, $"{theirs}.json")).Items("keys").ShouldBeEmpty();
        (await _server.GetAsync($"{Keys}/{created.Sid}.json")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Keys_are_listed_in_the_envelope_of_2010()
    {
        await using var server = await TestServer.StartAsync();
        var sids = new List<string>();
        for (var index = 0; index < 5; index++)
        {
            sids.Add((await server.PostAsync($"{Keys}.json")).Sid);
        }

        var first = await server.GetAsync($"{Keys}.json?PageSize=2");
        var second = await server.GetAsync(first.String("next_page_uri"));
        var third = await server.GetAsync(second.String("next_page_uri"));
        var back = await server.GetAsync(third.String("previous_page_uri"));

        new[] { first, second, third }.SelectMany(page => page.Items("keys"))
            .Select(key => key.GetProperty("sid").GetString())
            .ShouldBe(sids);
        back.Items("keys").Select(key => key.GetProperty("sid").GetString()).ShouldBe(sids[2..4]);
        first.Json.EnumerateObject().Select(property => property.Name).ShouldBe(
            [
                "keys", "page", "page_size", "start", "end", "first_page_uri", "previous_page_uri", "uri",
                "next_page_uri",
            ]);
        first.String("uri").ShouldBe($"{Keys}.json?PageSize=2&Page=0");
        (third.Json.GetProperty("start").GetInt32(), third.Json.GetProperty("end").GetInt32()).ShouldBe((4, 4));
        third.Json.GetProperty("next_page_uri").GetString().ShouldBeNull();
        first.Items("keys")[0].TryGetProperty("secret", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Keys_outlive_the_server_and_the_database_alone_does_not_tell_their_secrets(string kind)
    {
        using var directory = new TestDirectory();
        var postgres = kind == "postgres" ? await TestPostgres.CreateAsync() : null;
        await using var owned = postgres;
        TaskRouterOptions Here(TaskRouterOptions options) => options with
        {
            DataDirectory = directory.Path,
            PostgresConnectionString = postgres?.ConnectionString,
        };

        string kept, secret, renamed, deleted;
        await using (var first = await TestServer.StartAsync(Here))
        {
            var key = await first.PostAsync($"{Keys}.json", ("FriendlyName", "Zoë"));
            (kept, secret) = (key.Sid, key.String("secret"));
            renamed = (await first.PostAsync($"{Keys}.json")).Sid;
            await first.PostAsync($"{Keys}/{renamed}.json", ("FriendlyName", "After"));
            deleted = (await first.PostAsync($"{Keys}.json")).Sid;
            await first.DeleteAsync($"{Keys}/{deleted}.json");
        }

        await using (var second = await TestServer.StartAsync(Here))
        {
            (await second.GetAsAsync(TestServer.Basic(kept, secret), "/v1/Workspaces")).ShouldBe(HttpStatusCode.OK);
            (await second.GetAsync($"{Keys}/{renamed}.json")).String("friendly_name").ShouldBe("After");
            (await second.GetAsync($"{Keys}/{deleted}.json")).ShouldBe(HttpStatusCode.NotFound);
            (await second.GetAsync($"{Keys}/{kept}.json")).String("friendly_name").ShouldBe("Zoë");
        }

        var box = Path.Combine(directory.Path, SecretBox.FileName);
        foreach (var file in Directory.GetFiles(directory.Path))
        {
            (await File.ReadAllTextAsync(file)).ShouldNotContain(secret);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(box).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        // Without the key file its secret is lost: the key is there, can be deleted, and does not sign in.
        File.Delete(box);
        await using var third = await TestServer.StartAsync(Here);
        (await third.GetAsAsync(TestServer.Basic(kept, secret), "/v1/Workspaces"))
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await third.DeleteAsync($"{Keys}/{kept}.json")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public void A_box_opens_with_its_key_and_for_its_owner_alone()
    {
        using var here = new TestDirectory();
        using var elsewhere = new TestDirectory();
        var box = SecretBox.Open(here.Path);

        var closed = box.Close("secret", "AC1/SK1");

        SecretBox.Open(here.Path).TryOpen(closed, "AC1/SK1").ShouldBe("secret");
        SecretBox.Open(elsewhere.Path).TryOpen(closed, "AC1/SK1").ShouldBeNull();
        box.TryOpen(closed, "AC1/SK2").ShouldBeNull();
        box.TryOpen(closed.AsSpan(0, 20), "AC1/SK1").ShouldBeNull();
        box.Close("secret", "AC1/SK1").ShouldNotBe(closed);
        closed[^1] ^= 1;
        box.TryOpen(closed, "AC1/SK1").ShouldBeNull();
        File.WriteAllText(Path.Combine(here.Path, SecretBox.FileName), "short");
        Should.Throw<InvalidDataException>(() => SecretBox.Open(here.Path));
    }
}
