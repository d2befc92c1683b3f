using System.Text.Json;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Flex;

internal enum PropertyKind
{
    /// <summary>Given by the server; what clients send back of it is passed over.</summary>
    Given,
    Text,
    Flag,
    Object,
    List,
    Sid,
    Sids,
    Status,
}

/// <summary>
/// A documented property of the configuration.
/// https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api
/// </summary>
/// <param name="Prefix">Of a SID.</param>
/// <param name="Default">JSON, for as long as nobody has sent the property.</param>
internal sealed record ConfigurationField(
    string Name, PropertyKind Kind, string Prefix = "", string Default = "null")
{
    public const string AccountSid = "account_sid";
    public const string DateCreated = "date_created";
    public const string DateUpdated = "date_updated";
    public const string Url = "url";
    public const string WorkspaceSid = "taskrouter_workspace_sid";
    public const string WorkflowSid = "taskrouter_target_workflow_sid";
    public const string TaskQueueSid = "taskrouter_target_taskqueue_sid";
    public const string OfflineActivitySid = "taskrouter_offline_activity_sid";
    public const string Skills = "taskrouter_skills";
    public const string WorkerChannels = "taskrouter_worker_channels";
    public const string WorkerAttributes = "taskrouter_worker_attributes";
    public const string RuntimeDomain = "runtime_domain";
    public const string PublicAttributes = "public_attributes";

    private const string Nothing = "{}";
    private const string Off = "false";

    public static readonly string[] Statuses = ["ok", "inprogress", "notstarted"];

    /// <summary>All of them, in the order of Twilio's own document.</summary>
    public static readonly ConfigurationField[] All =
    [
        new(AccountSid, PropertyKind.Given, "AC"), new(DateCreated, PropertyKind.Given),
        new(DateUpdated, PropertyKind.Given), new("attributes", PropertyKind.Object, Default: Nothing),
        new("status", PropertyKind.Status, Default: "\"ok\""), new(WorkspaceSid, PropertyKind.Sid, "WS"),
        new(WorkflowSid, PropertyKind.Sid, "WW"), new(TaskQueueSid, PropertyKind.Sid, "WQ"),
        new("taskrouter_taskqueues", PropertyKind.List), new(Skills, PropertyKind.List, Default: "[]"),
        new(WorkerChannels, PropertyKind.Object), new(WorkerAttributes, PropertyKind.Object),
        new(OfflineActivitySid, PropertyKind.Sid, "WA"), new(RuntimeDomain, PropertyKind.Text),
        new("messaging_service_instance_sid", PropertyKind.Sid, "MG"),
        new("chat_service_instance_sid", PropertyKind.Sid, "IS"),
        new("flex_service_instance_sid", PropertyKind.Sid, "IS"), new("flex_instance_sid", PropertyKind.Sid, "GO"),
        new("ui_language", PropertyKind.Text), new("ui_attributes", PropertyKind.Object, Default: Nothing),
        new("ui_dependencies", PropertyKind.Object, Default: Nothing), new("ui_version", PropertyKind.Text),
        new("service_version", PropertyKind.Text), new("call_recording_enabled", PropertyKind.Flag, Default: Off),
        new("call_recording_webhook_url", PropertyKind.Text), new("crm_enabled", PropertyKind.Flag, Default: Off),
        new("crm_type", PropertyKind.Text), new("crm_callback_url", PropertyKind.Text),
        new("crm_fallback_url", PropertyKind.Text), new("crm_attributes", PropertyKind.Object),
        new(PublicAttributes, PropertyKind.Object), new("plugin_service_enabled", PropertyKind.Flag, Default: Off),
        new("plugin_service_attributes", PropertyKind.Object), new("integrations", PropertyKind.List, Default: "[]"),
        new("outbound_call_flows", PropertyKind.Object), new("serverless_service_sids", PropertyKind.Sids, "ZS"),
        new("queue_stats_configuration", PropertyKind.Object), new("notifications", PropertyKind.Object),
        new("markdown", PropertyKind.Object), new(Url, PropertyKind.Given),
        new("flex_insights_hr", PropertyKind.Object), new("flex_insights_drilldown", PropertyKind.Flag, Default: Off),
        new("flex_url", PropertyKind.Text), new("channel_configs", PropertyKind.List),
        new("debugger_integration", PropertyKind.Object), new("flex_ui_status_report", PropertyKind.Object),
        new("agent_conv_end_methods", PropertyKind.Object), new("citrix_voice_vdi", PropertyKind.Object),
        new("offline_config", PropertyKind.Object),
    ];

    private static readonly Dictionary<string, ConfigurationField> ByName = All.ToDictionary(field => field.Name);

    public static IEnumerable<string> GivenNames =>
        All.Where(each => each.Kind == PropertyKind.Given).Select(each => each.Name);

    /// <summary>Null for one that is not documented: it is kept as it is.</summary>
    public static ConfigurationField? Find(string name) => ByName.GetValueOrDefault(name);

    /// <exception cref="Refusal">The value is of another type.</exception>
    public void Check(JsonElement value)
    {
        if (Expected(value) is { } expected)
        {
            throw Refusal.Invalid($"Invalid {Name}: must be {expected}");
        }
    }

    private string? Expected(JsonElement value) => Kind switch
    {
        PropertyKind.Given => null,
        PropertyKind.Status => value.ValueKind == JsonValueKind.String && Statuses.Contains(value.GetString())
            ? null
            : $"one of {string.Join(", ", Statuses)}",
        _ when value.ValueKind == JsonValueKind.Null => null,
        PropertyKind.Text => value.ValueKind == JsonValueKind.String ? null : "a string",
        PropertyKind.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "true or false",
        PropertyKind.Object => value.ValueKind == JsonValueKind.Object ? null : "an object",
        PropertyKind.List => value.ValueKind == JsonValueKind.Array ? null : "an array",
        PropertyKind.Sid => IsSid(value) ? null : $"a SID that begins with {Prefix}",
        PropertyKind.Sids => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsSid)
            ? null
            : $"an array of SIDs that begin with {Prefix}",
        _ => throw new InvalidOperationException($"No rule for {Kind}."),
    };

    private bool IsSid(JsonElement value) => value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: 34 } text
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.Skip(2).All(char.IsAsciiHexDigit);
}
