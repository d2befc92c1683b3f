using System.Globalization;
using System.Text.Json;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Api.Contract;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// One page of a list with Twilio's <c>meta</c>. Pages are found by the last row seen, not by counting, so following
/// <c>next_page_url</c> meets each row once even while rows come and go.
/// https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information
/// </summary>
internal static class Page
{
    public const int SizeDefault = 50;

    /// <summary>Larger sizes are clamped: several client libraries send their list's limit as the page size.</summary>
    public const int SizeMax = 1_000;

    /// <summary>A page that grows beyond it ends early; its next page begins there.</summary>
    public const int BytesMax = 8 * 1024 * 1024;

    /// <summary>What every list takes beside its filters.</summary>
    public static readonly IReadOnlyList<Parameter> Paging =
    [
        PageRequest.SizeParameter, PageRequest.NumberParameter, PageRequest.TokenParameter,
    ];

    private const int AbsolutePagingCode = 40153;

    public static void Answer<T>(
        Scope scope,
        Parameters query,
        string key,
        IPageSource<T> rows,
        Action<Utf8JsonWriter, T, Scope> write) => Answer(scope, query, key, rows, write, EnvelopeOf(scope));

    /// <summary>
    /// In the envelope of the API of 2010: beside the rows, and with URIs without an origin.
    /// https://www.twilio.com/docs/usage/twilios-response#response-formats-list-paging-information
    /// </summary>
    public static void AnswerOf2010<T>(
        Scope scope,
        Parameters query,
        string key,
        IPageSource<T> rows,
        Action<Utf8JsonWriter, T, Scope> write) =>
        Answer(scope, query, key, rows, write, new Envelope("", "next_page_uri", WriteMetaOf2010));

    private static void Answer<T>(
        Scope scope,
        Parameters query,
        string key,
        IPageSource<T> rows,
        Action<Utf8JsonWriter, T, Scope> write,
        Envelope envelope)
    {
        var request = PageRequest.Of(query, envelope);
        var items = request.Token is { Forward: false } back
            ? rows.Before(back.Cursor).Take(request.Size).Reverse().ToList()
            : rows.After(request.Token?.Cursor).Take(request.Size).ToList();
        request.RefuseOtherLists(items.Select(rows.CursorOf).Concat(AroundToken(rows, request.Token)));

        Answer(scope, query, key, request, items, write, envelope, isWhole =>
            Neighbours(rows, items, request, isLast: isWhole && items.Count < request.Size));
    }

    /// <summary>
    /// The same for rows that a database holds. A page that was reached by a link has a neighbour where it came from,
    /// so the database is asked once.
    /// </summary>
    public static async Task AnswerAsync<T>(
        Scope scope,
        Parameters query,
        string key,
        IStoredRows<T> rows,
        Action<Utf8JsonWriter, T, Scope> write)
    {
        var envelope = EnvelopeOf(scope);
        var request = PageRequest.Of(query, envelope);
        var (items, beyond) = await rows.ReadAsync(request.Token, request.Size);
        request.RefuseOtherLists(items.Select(rows.CursorOf));
        if (request.Token is { Forward: false })
        {
            items.Reverse();
        }

        Answer(scope, query, key, request, items, write, envelope, isWhole =>
        {
            PageToken? To(bool forward, Cursor? cursor) => cursor is { } place ? new PageToken(forward, place) : null;
            Cursor? last = items.Count > 0 ? rows.CursorOf(items[^1]) : null;
            return request.Token switch
            {
                { Forward: false, Cursor: var origin } =>
                    (To(false, beyond), To(true, last ?? rows.JustBefore(origin))),
                { Cursor: var origin } => (
                    To(false, items.Count > 0 ? rows.CursorOf(items[0]) : rows.JustAfter(origin)),
                    To(true, isWhole ? beyond : last)),
                null => (null, To(true, isWhole ? beyond : last)),
            };
        });
    }

    private static void Answer<T>(
        Scope scope,
        Parameters query,
        string key,
        PageRequest request,
        List<T> items,
        Action<Utf8JsonWriter, T, Scope> write,
        Envelope envelope,
        Func<bool, (PageToken? Previous, PageToken? Next)> neighbours) =>
        scope.Answer(StatusCodes.Status200OK, items, (json, _, _) =>
        {
            json.WriteStartObject();
            json.WriteStartArray(key);
            var written = 0;
            while (written < items.Count && json.BytesCommitted + json.BytesPending < BytesMax)
            {
                write(json, items[written++], scope);
            }

            json.WriteEndArray();
            var isWhole = written == items.Count;
            items.RemoveRange(written, items.Count - written);
            var (previous, next) = neighbours(isWhole);
            envelope.WriteMeta(
                json,
                new PageLinks(envelope.Origin, scope.Context.Request.Path, query, request.Size),
                new Shown(key, items.Count, request, previous, next));
            json.WriteEndObject();
        });

    private static Envelope EnvelopeOf(Scope scope) => new(scope.Origin, "next_page_url", WriteMeta);

    private static void WriteMeta(Utf8JsonWriter json, PageLinks links, Shown page)
    {
        json.WriteStartObject("meta"u8);
        json.WriteNumber("page"u8, page.Request.Number);
        json.WriteNumber("page_size"u8, page.Request.Size);
        json.WriteString("first_page_url"u8, links.First);
        json.WriteString("previous_page_url"u8, links.Previous(page));
        json.WriteString("url"u8, links.This(page));
        json.WriteString("next_page_url"u8, links.Next(page));
        json.WriteString("key"u8, page.Key);
        json.WriteEndObject();
    }

    private static void WriteMetaOf2010(Utf8JsonWriter json, PageLinks links, Shown page)
    {
        var start = (long)page.Request.Number * page.Request.Size;
        json.WriteNumber("page"u8, page.Request.Number);
        json.WriteNumber("page_size"u8, page.Request.Size);
        json.WriteNumber("start"u8, start);
        json.WriteNumber("end"u8, start + Math.Max(0, page.Count - 1));
        json.WriteString("first_page_uri"u8, links.First);
        json.WriteString("previous_page_uri"u8, links.Previous(page));
        json.WriteString("uri"u8, links.This(page));
        json.WriteString("next_page_uri"u8, links.Next(page));
    }

    private static IEnumerable<Cursor> AroundToken<T>(IPageSource<T> rows, PageToken? token) => token is null
        ? []
        : (token.Forward ? rows.Before(token.Cursor) : rows.After(token.Cursor)).Select(rows.CursorOf);

    /// <param name="isLast">Whether reading came to the end of the rows, in the page's direction.</param>
    private static (PageToken? Previous, PageToken? Next) Neighbours<T>(
        IPageSource<T> rows, List<T> items, PageRequest request, bool isLast)
    {
        if (items.Count == 0 && request.Token is null)
        {
            return default;
        }

        // A page that has become empty keeps its place: the row it started at belongs to one neighbour.
        var (first, last) = items.Count > 0
            ? (rows.CursorOf(items[0]), rows.CursorOf(items[^1]))
            : request.Token is { Forward: true } token
                ? (token.Cursor.JustAfter, token.Cursor)
                : (request.Token!.Cursor, request.Token.Cursor.JustBefore);

        // Rows may be many that a filter leaves out: they are not looked through for what is known.
        var isBack = request.Token is { Forward: false };
        var hasPrevious = request.Token is not null && !(isLast && isBack) && rows.Before(first).Any();
        var hasNext = (isBack || !isLast) && rows.After(last).Any();
        return (
            hasPrevious ? new PageToken(Forward: false, first) : null,
            hasNext ? new PageToken(Forward: true, last) : null);
    }

    private sealed record PageRequest(int Size, int Number, PageToken? Token)
    {
        public static readonly TextParameter SizeParameter = new(
            "PageSize",
            "Items on a page; more than 1,000 count as 1,000",
            Shape.Range(1, SizeMax) with { Example = "50" });

        public static readonly TextParameter NumberParameter = new(
            "Page", "Counts pages for people; only PageToken turns them", Shape.Range(0, null));

        public static readonly TextParameter TokenParameter = new(
            "PageToken", "Where the page begins, as a page URL says it", "PAWT0192a7c4e5f67a8b9c0d1e2f3a4b5c6d");

        // Far beyond any list, and safe to count on from.
        private const int NumberMax = 1_000_000_000;

        public static PageRequest Of(Parameters query, Envelope envelope)
        {
            var token = query.Text(TokenParameter) is { } text
                ? PageToken.Parse(text) ?? throw Refusal.Invalid("Invalid PageToken.")
                : null;
            var number = Count(query, NumberParameter, 0) ?? 0;
            if (number > 0 && token is null)
            {
                throw new Refusal(
                    400,
                    AbsolutePagingCode,
                    $"Absolute paging is not supported: follow {envelope.NextName} instead of Page");
            }

            var size = Math.Min(Count(query, SizeParameter, 1) ?? SizeDefault, SizeMax);
            return new PageRequest(size, Math.Min(number, NumberMax), token);
        }

        /// <summary>One row of the list is enough to see whether its SIDs are of the token's kind.</summary>
        public void RefuseOtherLists(IEnumerable<Cursor> rows)
        {
            if (Token is { Cursor.Sid.Kind: var kind } && rows.Take(1).Any(row => row.Sid.Kind != kind))
            {
                throw Refusal.Invalid("Invalid PageToken.");
            }
        }

        private static int? Count(Parameters query, TextParameter parameter, int min)
        {
            if (query.Text(parameter) is not { } text)
            {
                return null;
            }

            if (!text.All(char.IsAsciiDigit))
            {
                throw Refusal.Invalid($"Invalid {parameter.Name}.");
            }

            // However long the number is, what exceeds an int exceeds every bound as well.
            var count = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var small)
                ? small
                : int.MaxValue;
            return count >= min ? count : throw Refusal.Invalid($"Invalid {parameter.Name}.");
        }
    }

    /// <summary>What stands around the rows, and what the URLs in it begin with.</summary>
    private sealed record Envelope(string Origin, string NextName, Action<Utf8JsonWriter, PageLinks, Shown> WriteMeta);

    /// <summary>What a page holds, and where its neighbours begin; null where there is none.</summary>
    private sealed record Shown(
        string Key, int Count, PageRequest Request, PageToken? PreviousToken, PageToken? NextToken);

    /// <summary>URLs of this list's pages, with every filter kept.</summary>
    private sealed class PageLinks(string origin, PathString path, Parameters query, int size)
    {
        private readonly string _path = path.ToUriComponent().TrimEnd('/');
        private readonly string _filters = string.Concat(query.Given.Select(FilterOf));
        private string? _first;

        public string First => _first ??= To(0, null);

        /// <summary>Without a token it is the first.</summary>
        public string This(Shown page) => page.Request.Token is { } token ? To(page.Request.Number, token) : First;

        public string? Previous(Shown page) =>
            page.PreviousToken is { } token ? To(Math.Max(0, page.Request.Number - 1), token) : null;

        public string? Next(Shown page) =>
            page.NextToken is { } token ? To(page.Request.Number + 1, token) : null;

        private string To(int number, PageToken? token) => string.Create(
            CultureInfo.InvariantCulture,
            $"{origin}{_path}?{_filters}PageSize={size}&Page={number}{(token is null ? "" : "&PageToken=")}{token}");

        private static string FilterOf(GivenParameter given) =>
            given.Parameter is null || Paging.Contains(given.Parameter)
                ? ""
                : $"{given.Name}={Uri.EscapeDataString(given.Value)}&";
    }
}
