using System.Globalization;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>
/// API keys, at the address and in the form of Twilio's API of 2010.
/// https://www.twilio.com/docs/iam/api-keys/key-resource-v2010
/// </summary>
internal static class KeysApi
{
    private static readonly TextParameter FriendlyName = new("FriendlyName", "What the key is for", "Reporting");

    private static readonly Field[] Fields =
    [
        Field.Sid("sid", SidKind.ApiKey),
        Field.Text("friendly_name", "Reporting"),
        Field.Text("date_created", "Fri, 02 Jan 2026 03:04:05 +0000"),
        Field.Text("date_updated", "Fri, 02 Jan 2026 03:04:05 +0000"),
    ];

    private static readonly Resource Shown = new("key", "an API key", "API keys", Fields);

    // The one time that the secret is told.
    private static readonly Resource ShownNew = new(
        "new_key", "an API key", "API keys", [.. Fields, Field.Text("secret", "32 letters and digits")]);

    public static void MapKeysApi(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider.GetRequiredService<ApiServices>();
        var account = new Routes(endpoints, services, "/2010-04-01/Accounts/{accountSid}");
        account.Get("/Keys.json", Operation.ListOf2010("ListKey", "keys", Shown), List);
        account.Post("/Keys.json", Operation.Create("CreateNewKey", ShownNew, FriendlyName), Create);
        account.Get("/Keys/{sid}.json", Operation.Fetch("FetchKey", Shown), scope => Answer(scope, Get(scope)));
        account.Post("/Keys/{sid}.json", Operation.Update("UpdateKey", Shown, FriendlyName), Update);
        account.Delete("/Keys/{sid}.json", Operation.Delete("DeleteKey", Shown), Delete);
    }

    private static void List(Scope scope)
    {
        var keys = scope.Keys.List(AccountOf(scope));
        var rows = new SortedOrder<ApiKey>(keys, key => new Cursor(key.Sid));
        Page.AnswerOf2010(scope, scope.ReadQuery(), "keys", rows, (json, key, _) => Write(json, key, secret: null));
    }

    private static async Task Create(Scope scope)
    {
        var accountSid = AccountOf(scope);
        var form = await scope.ReadFormAsync();
        var (key, secret) = await scope.Keys.CreateAsync(accountSid, form.Text(FriendlyName) ?? "");
        scope.Answer(StatusCodes.Status201Created, key, (json, _, _) => Write(json, key, secret));
    }

    private static async Task Update(Scope scope)
    {
        var key = Get(scope);
        var form = await scope.ReadFormAsync();
        Answer(scope, form.Text(FriendlyName) is { } name ? await scope.Keys.RenameAsync(key, name) : key);
    }

    private static async Task Delete(Scope scope)
    {
        await scope.Keys.DeleteAsync(Get(scope));
        scope.AnswerNothing();
    }

    private static ApiKey Get(Scope scope)
    {
        var accountSid = AccountOf(scope);
        return scope.Keys.Find(accountSid, scope.SidOf("sid", SidKind.ApiKey)) ?? throw scope.NotFound();
    }

    // Twilio answers a standard key, which may not manage keys, as it answers wrong credentials.
    // https://www.twilio.com/docs/api/errors/20003
    private static Sid AccountOf(Scope scope)
    {
        if (!scope.Caller.IsAccount)
        {
            throw new Refusal(
                401, Refusals.CredentialsCode, "API keys are managed with the account's SID and auth token");
        }

        return scope.SidOf("accountSid", SidKind.Account) == scope.AccountSid
            ? scope.AccountSid
            : throw scope.NotFound();
    }

    private static void Answer(Scope scope, ApiKey key) =>
        scope.Answer(StatusCodes.Status200OK, key, (json, row, _) => Write(json, row, secret: null));

    private static void Write(Utf8JsonWriter json, ApiKey key, string? secret)
    {
        json.WriteStartObject();
        json.WriteSid("sid"u8, key.Sid);
        json.WriteString("friendly_name"u8, key.FriendlyName);
        if (secret is not null)
        {
            json.WriteString("secret"u8, secret);
        }

        json.WriteString("date_created"u8, Rfc2822(key.CreatedAt));
        json.WriteString("date_updated"u8, Rfc2822(key.UpdatedAt));
        json.WriteEndObject();
    }

    private static string Rfc2822(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
}
