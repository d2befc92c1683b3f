using System.Text;

namespace TaskRouter.Server.Tests.Hostile;

/// <summary>Texts that have broken other programs, already percent-encoded for a form or a query.</summary>
internal static class HostileText
{
    private const int DeepJson = 100_000;
    private const int LongText = 100_000;

    private static readonly string[] Numbers =
    [
        "-1", "0", "1", "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807",
        "9223372036854775808", "1.5", "1e9", "1e999", "NaN", "Infinity", "0x10", "007", "+1", "%D9%A1%D9%A2", "",
    ];

    private static readonly string[] BadBytes =
    [
        "%00", "a%00b", "%FF%FE", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%E2%82", "%", "%4", "%zz", "%u0041", "%C3%28",
    ];

    private static readonly string[] Scripts =
    [
        "' OR '1'='1", "'; DROP TABLE tasks; --", "1'; SELECT pg_sleep(10); --", "\" OR \"\"=\"", "%", "_", "\\",
        "<script>alert(1)</script>", "${jndi:ldap://127.0.0.1/a}", "{{7*7}}", "#{7*7}", "%n%s%s%n", "__proto__",
        "../../../../etc/passwd", "\r\nSet-Cookie: a=b\r\n\r\n", "\u202Eabc\u202C", "\uFEFF", "\u0085\u2028", "😀",
        "Zoe\u0308", "İstanbul", "\u001B[31m", "null", "undefined", "true", "constructor",
    ];

    private static readonly string[] Instants =
    [
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00+14:00",
        "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
        "2020-01-01T00:00:00.123456789Z", "1577836800", "now",
    ];

    private static readonly string[] Documents =
    [
        "{}", "[]", "null", "\"text\"", "{\"a\":1,\"a\":2}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud800\"}",
        "{\"a\":NaN}", "{\"a\":1e999}", "{\"__proto__\":{\"a\":1}}", "{\"a\":1", "{'a':1}", "{\"a\":1}}", "{\"\":{}}",
        "{\"task_routing\":{}}", "{\"task_routing\":{\"filters\":[{}]}}", "{\"task_routing\":null}",
        "{\"task_routing\":{\"default_filter\":{\"queue\":\"WQ\"}}}",
        "{\"task_routing\":{\"filters\":[{\"expression\":\"((\",\"targets\":[{\"queue\":1}]}]}}",
    ];

    private static readonly string[] Expressions =
    [
        "a ==", "((", "a HAS", "1==1 OR", "a IN [", "'a", "a == \"", "NOT", "a.b.c.d.e.f == 1", "a LIKE '%'",
        "a[0] == 1",
        "worker.a == task.b", "1==1", "a > 1.5e308", "a == '\\'", "!a", "a && b", "system('x')",
    ];

    private static readonly Func<string>[] Giants =
    [
        () => Repeat("[", DeepJson), () => Repeat("{\"a\":", DeepJson), () => Repeat("{\"a\":",
        60) + "1" + Repeat("}", 60),
        () => $"{{\"{Repeat("k", LongText)}\":1}}", () => "{\"a\":" + Repeat("9", LongText) + "}",
        () => Repeat("(", LongText), () => Repeat("NOT ", 20_000) + "a == 1", () => "a == 1" + Repeat(" OR a == 1",
        6_000),
        () => "a IN [" + Repeat("1,", 30_000) + "1]", () => "a" + Repeat(".a", 30_000) + " == 1",
        () => Repeat("x", LongText), () => Repeat("é", LongText), () => Repeat(" ", LongText),
        () => Repeat("%", LongText), () => Repeat(",", LongText),
    ];

    private static readonly string[] Sids =
    [
        "WT", "WT1", "wt0123456789abcdef0123456789abcdef", "WT0123456789ABCDEF0123456789ABCDEF",
        "XX0123456789abcdef0123456789abcdef", "WTffffffffffffffffffffffffffffffff",
        "WT00000000000000000000000000000000",
        "WS0123456789abcdef0123456789abcdef0", "PAWT0123456789abcdef0123456789abcdef",
        "PBWTffffffffffffffffffffffffffffffff.7fffffffffffffff.8000000000000000", "PA", "PA.1.2",
        "PAWT00000000000000000000000000000000.-1.2", "PCWT0123456789abcdef0123456789abcdef",
    ];

    /// <summary>For paths: what a client could put where a SID belongs.</summary>
    public static readonly string[] Segments =
    [
        .. Sids, "..", ".", "%2e%2e", "%2F", "..%2F..%2Fetc", "%5C..", "%FF", "%25%30%30", "a%20b", "%3Cscript%3E", "*",
        "%27%20OR%201=1", ";a=b", "~", "{Sid}", "default", "Statistics", "RealTimeStatistics", "%E2%80%AE",
        "%0d%0aX:%20y",
        "null", "-1", "WT%2A",
    ];

    public static string Any(Random random) => random.Next(100) switch
    {
        < 18 => Pick(random, Numbers),
        < 30 => Pick(random, BadBytes),
        < 48 => Uri.EscapeDataString(Pick(random, Scripts)),
        < 56 => Uri.EscapeDataString(Pick(random, Instants)),
        < 70 => Uri.EscapeDataString(Pick(random, Documents)),
        < 82 => Uri.EscapeDataString(Pick(random, Expressions)),
        < 94 => Pick(random, Sids),
        < 97 => Uri.EscapeDataString(Pick(random, Giants)()),
        _ => Noise(random),
    };

    /// <summary>The text with one character changed, doubled or taken away: almost right.</summary>
    public static string Tampered(Random random, string text)
    {
        if (text.Length == 0)
        {
            return "x";
        }

        var at = random.Next(text.Length);
        return random.Next(3) switch
        {
            0 => text[..at] + text[(at + 1)..],
            1 => text[..at] + text[at] + text[at..],
            _ => text[..at] + (char)random.Next(33, 127) + text[(at + 1)..],
        };
    }

    /// <summary>As much as a request line takes, in most cases.</summary>
    public static string Shorten(IReadOnlyList<string> pairs)
    {
        var text = string.Join('&', pairs);
        return text.Length <= 12_000 ? text : text[..12_000];
    }

    public static T Pick<T>(Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public static string Repeat(string text, int count) =>
        new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static string Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 64)];
        random.NextBytes(bytes);
        return string.Concat(bytes.Select(value => $"%{value:x2}"));
    }
}
