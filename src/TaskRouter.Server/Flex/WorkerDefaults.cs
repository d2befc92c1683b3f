using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TaskRouter.Engine.Expressions;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Flex;

/// <summary>
/// What <c>taskrouter_worker_attributes</c> and <c>taskrouter_worker_channels</c> give to a new worker, by the roles in
/// its attributes: of several roles the first that says something counts, and before all of them the worker's own.
/// </summary>
internal static class WorkerDefaults
{
    private const string Roles = "roles";
    private const int CapacityMax = 1_000;

    /// <exception cref="Refusal">The property is not what it has to be to be applied.</exception>
    public static void Check(string name, JsonElement byRole)
    {
        if (byRole.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var role in byRole.EnumerateObject())
        {
            var place = $"{name}.{role.Name}";
            if (name == ConfigurationField.WorkerAttributes)
            {
                Require(role.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Null, place, "an object");
                continue;
            }

            Require(role.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Null, place, "an array");
            if (role.Value.ValueKind == JsonValueKind.Array)
            {
                CheckChannels(role.Value, place);
            }
        }
    }

    /// <summary>The command as it is for a worker of these roles.</summary>
    public static CreateWorker Apply(AccountConfiguration configuration, CreateWorker command)
    {
        if (command.Attributes is not { } attributes || RolesIn(attributes) is not { Count: > 0 } roles)
        {
            return command;
        }

        return command with
        {
            Attributes = Complete(configuration.Properties, attributes, roles),
            Channels = ChannelsOf(configuration.Properties, roles),
        };
    }

    private static void CheckChannels(JsonElement channels, string place)
    {
        var index = 0;
        foreach (var channel in channels.EnumerateArray())
        {
            var at = $"{place}[{index++}]";
            Require(channel.ValueKind == JsonValueKind.Object, at, "an object");
            Require(
                channel.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String,
                $"{at}.name",
                "a string");
            Require(
                !channel.TryGetProperty("availability", out var available)
                || available.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null,
                $"{at}.availability",
                "true or false");
            Require(
                !channel.TryGetProperty("capacity", out var capacity) || capacity.ValueKind == JsonValueKind.Null
                || (capacity.ValueKind == JsonValueKind.Number && capacity.TryGetInt32(out var number)
                    && number is >= 0 and <= CapacityMax),
                $"{at}.capacity",
                $"a whole number from 0 to {CapacityMax}");
        }
    }

    private static void Require(bool isRight, string place, string expected)
    {
        if (!isRight)
        {
            throw Refusal.Invalid($"Invalid {place}: must be {expected}");
        }
    }

    // What is no JSON is refused later, with its own words.
    private static IReadOnlyList<string> RolesIn(string attributes)
    {
        if (!AttributeDocument.TryParse(attributes, out _, out _))
        {
            return [];
        }

        using var document = JsonDocument.Parse(attributes);
        return document.RootElement.TryGetProperty(Roles, out var roles) && roles.ValueKind == JsonValueKind.Array
            ? [.. roles.EnumerateArray()
                .Where(role => role.ValueKind == JsonValueKind.String)
                .Select(role => role.GetString()!)
                .Distinct(StringComparer.Ordinal)]
            : [];
    }

    private static string Complete(PropertyTexts properties, string attributes, IReadOnlyList<string> roles)
    {
        using var byRole = properties.Read(ConfigurationField.WorkerAttributes);
        if (byRole?.RootElement is not { ValueKind: JsonValueKind.Object } defaults)
        {
            return attributes;
        }

        using var document = JsonDocument.Parse(attributes);
        var seen = document.RootElement.EnumerateObject().Select(own => own.Name).ToHashSet(StringComparer.Ordinal);
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var patch = new Utf8JsonWriter(buffer, options))
        {
            patch.WriteStartObject();
            foreach (var property in Of(defaults, roles, JsonValueKind.Object).SelectMany(of => of.EnumerateObject()))
            {
                if (seen.Add(property.Name))
                {
                    property.WriteTo(patch);
                }
            }

            patch.WriteEndObject();
        }

        return AttributePatch.Apply(attributes, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static ChannelStart[] ChannelsOf(PropertyTexts properties, IReadOnlyList<string> roles)
    {
        using var byRole = properties.Read(ConfigurationField.WorkerChannels);
        return byRole?.RootElement is not { ValueKind: JsonValueKind.Object } defaults
            ? []
            : [.. Of(defaults, roles, JsonValueKind.Array).SelectMany(of => of.EnumerateArray()).Select(StartOf)];
    }

    private static IEnumerable<JsonElement> Of(JsonElement byRole, IReadOnlyList<string> roles, JsonValueKind kind)
    {
        foreach (var role in roles)
        {
            if (byRole.TryGetProperty(role, out var value) && value.ValueKind == kind)
            {
                yield return value;
            }
        }
    }

    private static ChannelStart StartOf(JsonElement channel) => new(
        channel.GetProperty("name").GetString()!,
        channel.TryGetProperty("capacity", out var capacity) && capacity.ValueKind == JsonValueKind.Number
            ? capacity.GetInt32()
            : null,
        channel.TryGetProperty("availability", out var available) && available.ValueKind != JsonValueKind.Null
            ? available.GetBoolean()
            : null);
}
