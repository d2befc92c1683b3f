using System.Net.Mime;
using System.Text;
using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;
using TaskRouter.Server.Flex;

namespace TaskRouter.Server.Api;

/// <summary>https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api</summary>
internal static class ConfigurationApi
{
    private const string Path = "/v1/Configuration";

    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    private static readonly TextParameter UiVersion = new(
        "UiVersion", "Taken and passed over: there is one version", "2.0.0");

    private static readonly SidParameter AccountSid = new(
        ConfigurationField.AccountSid, "The account that signs in", SidKind.Account)
    {
        IsRequired = true,
    };

    private static readonly Resource Shown = new(
        "configuration",
        "the Flex configuration",
        "",
        [.. ConfigurationField.All.Select(FieldOf)]);

    public static void MapConfigurationApi(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider.GetRequiredService<ApiServices>();
        var configuration = new Routes(endpoints, services, Path);
        configuration.Get("", Operation.Fetch("FetchConfiguration", Shown, UiVersion), FetchAsync);
        configuration.Post(
            "",
            Operation.Update("UpdateConfiguration", Shown, AccountSid) with
            {
                BodyType = MediaTypeNames.Application.Json,
            },
            UpdateAsync);

        // What a page shows before anybody has signed in.
        var accounts = endpoints.ServiceProvider.GetRequiredService<AccountDirectory>();
        RequestDelegate list = context => ListPublicAsync(context, accounts, services);
        endpoints.MapMethods($"{Path}/Public", Read, list).WithMetadata(new OpenToAll());
    }

    private static async Task FetchAsync(Scope scope) =>
        Answer(scope, await scope.Configurations.GetAsync(scope.AccountSid));

    private static async Task UpdateAsync(Scope scope)
    {
        var sent = PropertyTexts.Parse(await scope.ReadJsonAsync(MediaTypeNames.Application.Json));
        if (sent.Find(ConfigurationField.AccountSid) is null)
        {
            throw Refusal.Invalid($"Missing required parameter {ConfigurationField.AccountSid} in the post body");
        }

        var accountSid = sent.FindSid(ConfigurationField.AccountSid, SidKind.Account)
            ?? throw AccountSid.Refuse("must be an account SID");
        if (accountSid != scope.AccountSid)
        {
            throw scope.NotFound();
        }

        Answer(scope, await scope.Configurations.UpdateAsync(
            accountSid, sent, Revision.Wanted(scope.Context.Request)));
    }

    private static void Answer(Scope scope, AccountConfiguration configuration)
    {
        Revision.Give(scope.Context.Response, configuration.Row.Version);
        scope.Answer(StatusCodes.Status200OK, configuration, Write);
    }

    private static void Write(Utf8JsonWriter json, AccountConfiguration configuration, Scope scope)
    {
        var row = configuration.Row;
        var targets = configuration.TargetsIn(scope.Directory);
        json.WriteStartObject();
        foreach (var field in ConfigurationField.All)
        {
            var name = Encoding.UTF8.GetBytes(field.Name);
            switch (field.Name)
            {
                case ConfigurationField.AccountSid:
                    json.WriteSid(name, row.AccountSid);
                    break;
                case ConfigurationField.DateCreated:
                    json.WriteInstant(name, row.CreatedAt);
                    break;
                case ConfigurationField.DateUpdated:
                    json.WriteInstant(name, row.UpdatedAt);
                    break;
                case ConfigurationField.WorkspaceSid:
                    json.WriteSid(name, targets.Workspace?.Sid);
                    break;
                case ConfigurationField.WorkflowSid:
                    json.WriteSid(name, targets.WorkflowSid);
                    break;
                case ConfigurationField.TaskQueueSid:
                    json.WriteSid(name, targets.TaskQueueSid);
                    break;
                case ConfigurationField.OfflineActivitySid:
                    json.WriteSid(name, targets.OfflineActivitySid);
                    break;
                case ConfigurationField.Url:
                    json.WriteString(name, scope.Origin + Path);
                    break;
                default:
                    WriteText(json, field.Name, configuration.Properties.Find(field.Name), field.Default);
                    break;
            }
        }

        foreach (var (name, value) in configuration.Properties.All)
        {
            if (ConfigurationField.Find(name) is null)
            {
                WriteText(json, name, value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteText(
        Utf8JsonWriter json, string name, ReadOnlyMemory<byte>? value, string otherwise = "null")
    {
        json.WritePropertyName(name);
        if (value is { } text)
        {
            json.WriteRawValue(text.Span, skipInputValidation: true);
        }
        else
        {
            json.WriteRawValue(otherwise, skipInputValidation: true);
        }
    }

    private static async Task ListPublicAsync(HttpContext context, AccountDirectory accounts, ApiServices services)
    {
        var text = context.Request.Query["AccountSid"].ToString();
        var accountSid = Sid.TryParse(text, SidKind.Account, out var sid)
            ? sid
            : throw Refusal.Invalid("Invalid AccountSid: must be an account SID");
        var configuration = accounts.Find(accountSid) is null
            ? null
            : await services.Configurations.FindAsync(accountSid);
        var url = Scope.OriginOf(context, services) + Path;
        WireJson.Answer(
            context.Response,
            StatusCodes.Status200OK,
            (configuration, url),
            static (json, shown) => WritePublic(json, shown.configuration, shown.url));
    }

    // The page of the only configuration that an account can have. An unknown account looks like one without it.
    private static void WritePublic(Utf8JsonWriter json, AccountConfiguration? configuration, string url)
    {
        json.WriteStartObject();
        json.WriteStartArray("configurations"u8);
        if (configuration is not null)
        {
            var properties = configuration.Properties;
            json.WriteStartObject();
            json.WriteSid("account_sid"u8, configuration.Row.AccountSid);
            WriteText(
                json, ConfigurationField.RuntimeDomain, properties.Find(ConfigurationField.RuntimeDomain));
            WriteText(
                json, ConfigurationField.PublicAttributes, properties.Find(ConfigurationField.PublicAttributes));
            json.WriteString("url"u8, url);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var page = $"{url}/Public?AccountSid={configuration?.Row.AccountSid}&PageSize=50&Page=0";
        json.WriteStartObject("meta"u8);
        json.WriteNumber("page"u8, 0);
        json.WriteNumber("page_size"u8, 50);
        json.WriteString("first_page_url"u8, page);
        json.WriteNull("previous_page_url"u8);
        json.WriteString("url"u8, page);
        json.WriteNull("next_page_url"u8);
        json.WriteString("key"u8, "configurations"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Field FieldOf(ConfigurationField field) => field switch
    {
        { Name: ConfigurationField.DateCreated or ConfigurationField.DateUpdated } => Field.Instant(field.Name),
        { Name: ConfigurationField.Url } => Field.Url(field.Name),
        { Kind: PropertyKind.Object } => Field.Any(field.Name),
        { Kind: PropertyKind.List or PropertyKind.Sids } => Field.List(field.Name, canBeNull: true),
        { Kind: PropertyKind.Flag } => Field.Flag(field.Name) with { CanBeNull = true },
        { Kind: PropertyKind.Status } => Field.OneOf(field.Name, ConfigurationField.Statuses),
        { Prefix: { Length: > 0 } prefix } => new Field(
            field.Name, SidOf(prefix), CanBeNull: field.Kind != PropertyKind.Given),
        _ => Field.Text(field.Name, "text", canBeNull: true),
    };

    // Most of these name what Twilio has and this server does not.
    private static Shape SidOf(string prefix) => Shape.Text with
    {
        Pattern = $"^{prefix}[0-9a-fA-F]{{32}}$",
        Example = prefix + "0192a7c4e5f67a8b9c0d1e2f3a4b5c6d",
    };
}
