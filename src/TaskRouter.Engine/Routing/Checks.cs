using System.Globalization;
using TaskRouter.Engine.Expressions;

namespace TaskRouter.Engine.Routing;

/// <summary>Rules about a single parameter's value. Each refuses with the parameter's name.</summary>
internal static class Checks
{
    /// <summary>
    /// 1 to so many characters, and not all white space. https://www.twilio.com/docs/api/errors/20002
    /// </summary>
    public static string Name(string? value, int max, string parameter = "FriendlyName")
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > max)
        {
            throw new Refusal(
                400, Refusal.FriendlyNameCode, $"Invalid {parameter}: must be between 1 and {max} characters long");
        }

        return value;
    }

    public static void Text(string? value, int max, string parameter)
    {
        if (value?.Length > max)
        {
            throw Refusal.Invalid($"Invalid {parameter}: longer than {max} characters");
        }
    }

    public static AttributeDocument Attributes(string text, int max)
    {
        if (text.Length > max)
        {
            throw Refusal.Invalid($"Invalid Attributes: longer than {max} characters");
        }

        return AttributeDocument.TryParse(text, out var document, out var error)
            ? document
            : throw Refusal.Invalid($"Invalid Attributes: {error}");
    }

    public static void Range(long? value, long min, long max, string parameter)
    {
        if (value < min || value > max)
        {
            throw Refusal.Invalid($"Invalid {parameter}: must be from {min} to {max}");
        }
    }

    /// <summary>An absolute http or https URL, or empty to clear it.</summary>
    public static void Url(string? value, int max, string parameter)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        var isHttp = Uri.TryCreate(value, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
        if (!isHttp || value.Length > max)
        {
            throw Refusal.Invalid($"Invalid {parameter}: must be an http or https URL of at most {max} characters");
        }
    }

    // https://www.twilio.com/docs/taskrouter/api/task: not in the future and not before 1900.
    public static void VirtualStart(DateTimeOffset? value, DateTimeOffset now)
    {
        if (value > now)
        {
            throw Refusal.Invalid("Invalid VirtualStartTime: must not be in the future");
        }

        if (value?.Year < 1900)
        {
            throw Refusal.Invalid("Invalid VirtualStartTime: must not be before 1900");
        }
    }

    /// <summary>Null for the empty text, which matches nobody.</summary>
    public static Expression? TargetWorkers(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return Expression.TryParse(text, ExpressionContext.Worker, out var expression, out var error)
            ? expression
            : throw Refusal.Invalid($"Invalid TargetWorkers: {error}");
    }

    public static void Room(int count, int max, string resources)
    {
        if (count >= max)
        {
            throw Refusal.Invalid(string.Create(
                CultureInfo.InvariantCulture, $"This workspace already has its maximum of {max} {resources}"));
        }
    }

    /// <summary>An empty value clears a nullable text.</summary>
    public static string? OrNull(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
