using System.Globalization;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Api;

/// <summary>
/// API keys, at the address and in the form of Twilio's API of 2010.
/// https://www.twilio.com/docs/iam/api-keys/key-resource-v2010
/// </summary>
internal static class KeysApi
{
    public static void MapKeysApi(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider.GetRequiredService<ApiServices>();
        var account = new Routes(endpoints, services, "/2010-04-01/Accounts/{accountSid}");
        account.Get("/Keys.json", List);
        account.Post("/Keys.json", Create);
        account.Get("/Keys/{sid}.json", scope => Answer(scope, Get(scope)));
        account.Post("/Keys/{sid}.json", Update);
        account.Delete("/Keys/{sid}.json", Delete);
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
        var (key, secret) = await scope.Keys.CreateAsync(accountSid, form.Text("FriendlyName") ?? "");
        scope.Answer(StatusCodes.Status201Created, key, (json, _, _) => Write(json, key, secret));
    }

    private static async Task Update(Scope scope)
    {
        var key = Get(scope);
        var form = await scope.ReadFormAsync();
        Answer(scope, form.Text("FriendlyName") is { } name ? await scope.Keys.RenameAsync(key, name) : key);
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
