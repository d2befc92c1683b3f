using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Journal;

namespace TaskRouter.Server.Hosting;

/// <summary>What has gone wrong, and for whom.</summary>
/// <param name="ResourceSid">What it is about.</param>
internal sealed record Trouble(Sid AccountSid, Sid WorkspaceSid, Sid ResourceSid, int Code, string Text)
{
    /// <summary>The request that this server has made, and what came back; null when there was none.</summary>
    public Exchange? Exchange { get; init; }
}

/// <summary>A request and its answer, as they were; an alert keeps the beginning of each.</summary>
/// <param name="Url">Without query and user-info.</param>
internal sealed record Exchange(string Url, IReadOnlyList<KeyValuePair<string, string>> Form)
{
    public string? ResponseHeaders { get; init; }

    public ReadOnlyMemory<byte> ResponseBody { get; init; }
}

/// <summary>
/// Keeps as alerts what has no request to answer. An account in continuous trouble fills no disk: beyond a number for
/// each minute its alerts are counted and not kept. https://www.twilio.com/docs/usage/monitor-alert
/// </summary>
internal sealed class AlertLog(JournalWriter journal, TimeProvider time)
{
    public const int PerMinuteMax = 100;

    /// <summary>Characters of the request's parameters, and of the answer's body.</summary>
    public const int TextMax = 4_096;

    private const int HeadersMax = 1_024;

    // Parameters that may hold a URL with a key in its query.
    private const string ErrorUrlParameter = "ErrorUrl";

    // https://www.twilio.com/docs/api/errors says which of the codes are warnings.
    private static readonly int[] Warnings = [40001, 40005];

    // In whatever way it is written: an answer that is no JSON holds it as well.
    private static readonly Regex SipPassword = new(
        """(?<key>sip_?auth_?password\\?["']?\s*[:=]\s*)(?<value>"([^"\\]|\\.)*"?|\\"[^"]*"?|[^,}&\s]+)""",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
            | RegexOptions.ExplicitCapture);

    private readonly Lock _lock = new();
    private readonly SidSource _sids = new(RandomNumberGenerator.Fill);
    private readonly Dictionary<Sid, int> _written = [];
    private long _minute;
    private long _suppressed;

    /// <summary>Alerts beyond the number for a minute, since the start.</summary>
    public long Suppressed => Interlocked.Read(ref _suppressed);

    public void Write(Trouble trouble)
    {
        if (NextSid(trouble.AccountSid) is not { } sid)
        {
            Interlocked.Increment(ref _suppressed);
            return;
        }

        var exchange = trouble.Exchange;
        journal.Write(new Alert
        {
            AccountSid = trouble.AccountSid,
            Sid = sid,
            Code = trouble.Code,
            Level = Warnings.Contains(trouble.Code) ? AlertLevel.Warning : AlertLevel.Error,
            Text = Shortened(trouble.Text, TextMax),
            WorkspaceSid = trouble.WorkspaceSid,
            ResourceSid = trouble.ResourceSid,
            RequestMethod = exchange is null ? null : "POST",
            RequestUrl = exchange?.Url,
            RequestVariables = exchange is null ? null : Shortened(VariablesOf(exchange.Form), TextMax),
            ResponseHeaders = exchange?.ResponseHeaders is { } headers ? Shortened(headers, HeadersMax) : null,
            ResponseBody = exchange is null ? null : Shortened(TextOf(exchange.ResponseBody.Span), TextMax),
        });
    }

    private Sid? NextSid(Sid accountSid)
    {
        var now = time.GetUtcNow();
        var minute = now.ToUnixTimeSeconds() / 60;
        lock (_lock)
        {
            if (minute != _minute)
            {
                _minute = minute;
                _written.Clear();
            }

            var count = _written.GetValueOrDefault(accountSid) + 1;
            _written[accountSid] = count;
            return count <= PerMinuteMax ? _sids.Next(SidKind.Alert, now) : null;
        }
    }

    private static string VariablesOf(IReadOnlyList<KeyValuePair<string, string>> form)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in form)
        {
            var shown = name == ErrorUrlParameter ? value.Split('?', 2)[0] : value;
            text.Append(text.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(shown));
            if (text.Length > TextMax)
            {
                break;
            }
        }

        return text.ToString();
    }

    // A receiver may answer with anything: what is no UTF-8 is replaced, and no database takes U+0000.
    private static string TextOf(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body).Replace('\0', '\uFFFD');
        return SipPassword.Replace(text, "${key}***");
    }

    private static string Shortened(string text, int max)
    {
        if (text.Length <= max)
        {
            return text;
        }

        // Not in the middle of a pair: half a character is no Unicode.
        return text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)];
    }
}
