using System.Globalization;

namespace TaskRouter.Server.Callbacks;

/// <summary>Kinds of failure that a retry policy may name.</summary>
[Flags]
internal enum RetryPolicy
{
    None = 0,

    /// <summary><c>ct</c>: no connection in time, or none at all.</summary>
    Connect = 1,

    /// <summary><c>rt</c>: connected, but no answer in time, or one that breaks off.</summary>
    Read = 2,

    /// <summary><c>4xx</c></summary>
    ClientError = 4,

    /// <summary><c>5xx</c></summary>
    ServerError = 8,

    /// <summary><c>all</c></summary>
    All = Connect | Read | ClientError | ServerError,
}

/// <summary>
/// What the fragment of a callback URL asks for, as in <c>#ct=2000&amp;rc=2&amp;rp=5xx,ct</c>.
/// https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
/// </summary>
internal sealed record ConnectionOverrides
{
    public static readonly ConnectionOverrides Default = new();

    /// <summary><c>ct</c></summary>
    public TimeSpan ConnectTimeout { get; private init; } = TimeSpan.FromMilliseconds(5_000);

    /// <summary><c>rt</c>: from the request to the answer's first byte, and from each part of it to the next.</summary>
    public TimeSpan ReadTimeout { get; private init; } = TimeSpan.FromMilliseconds(15_000);

    /// <summary><c>tt</c>: all tries together.</summary>
    public TimeSpan TotalTimeout { get; private init; } = TimeSpan.FromMilliseconds(15_000);

    /// <summary><c>rc</c>: tries after the first.</summary>
    public int RetryCount { get; private init; } = 1;

    /// <summary><c>rp</c></summary>
    public RetryPolicy RetryPolicy { get; private init; } = RetryPolicy.Connect;

    /// <summary>
    /// Reads a fragment, with or without its <c>#</c>. A number out of range counts as the nearest in range; what
    /// cannot be read, and names for Twilio's own network (<c>e</c>, <c>sni</c>), change nothing.
    /// </summary>
    public static ConnectionOverrides Parse(string fragment)
    {
        var overrides = Default;
        foreach (var pair in fragment.TrimStart('#').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                overrides = overrides.With(pair[..equals], pair[(equals + 1)..]);
            }
        }

        return overrides;
    }

    private ConnectionOverrides With(string name, string value) => name switch
    {
        "ct" => this with { ConnectTimeout = Milliseconds(value, 10_000) ?? ConnectTimeout },
        "rt" => this with { ReadTimeout = Milliseconds(value, 15_000) ?? ReadTimeout },
        "tt" => this with { TotalTimeout = Milliseconds(value, 15_000) ?? TotalTimeout },
        "rc" => this with { RetryCount = Number(value, 0, 5) ?? RetryCount },
        "rp" => this with { RetryPolicy = Policy(value) ?? RetryPolicy },
        _ => this,
    };

    private static TimeSpan? Milliseconds(string value, int max) =>
        Number(value, 100, max) is { } number ? TimeSpan.FromMilliseconds(number) : null;

    private static int? Number(string value, int min, int max) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? (int)Math.Clamp(number, min, max)
            : null;

    private static RetryPolicy? Policy(string value)
    {
        // A comma may arrive escaped: some URL editors do that within a fragment.
        var named = RetryPolicy.None;
        foreach (var name in Uri.UnescapeDataString(value).Split(','))
        {
            named |= name.Trim().ToLowerInvariant() switch
            {
                "ct" => RetryPolicy.Connect,
                "rt" => RetryPolicy.Read,
                "4xx" => RetryPolicy.ClientError,
                "5xx" => RetryPolicy.ServerError,
                "all" => RetryPolicy.All,
                _ => RetryPolicy.None,
            };
        }

        return named == RetryPolicy.None ? null : named;
    }
}
