using System.Text.Json;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Api.Wire;

namespace TaskRouter.Server.Realtime;

/// <summary>
/// Pages of lists. In order of creation a page begins after the SID that ended the one before; in another order after
/// a token.
/// </summary>
internal static class AgentList
{
    private const int SizeMax = 1_000;

    private static readonly NumberParameter PageSize = new("PageSize", "Items on a page", Shape.Range(1, SizeMax));
    private static readonly TextParameter AfterSid = new("AfterSid", "The last item of the page before");
    private static readonly TextParameter NextToken = new("NextToken", "The same for an ordered list");

    public static readonly Parameter[] Paging = [PageSize, AfterSid, NextToken];

    /// <param name="sidOf">Of a row; a page names its last one.</param>
    /// <param name="exists">Whether there is such a row to begin after, in the list or filtered out of it.</param>
    public static Action<Utf8JsonWriter> Page<T>(
        Parameters form,
        IPageSource<T> rows,
        Func<T, Sid> sidOf,
        Func<Sid, bool> exists,
        Action<Utf8JsonWriter, T> write)
    {
        var size = form.Value(PageSize) ?? SizeMax;
        if (size is < 1 or > SizeMax)
        {
            throw PageSize.Refuse($"must be from 1 to {SizeMax}");
        }

        var isOrdered = form.Given.Any(pair => pair is { Name: "Ordering", Parameter: not null });
        var items = rows.After(isOrdered ? Token(form) : After(form, exists)).Take(size + 1).ToList();
        var hasMore = items.Count > size;
        if (hasMore)
        {
            items.RemoveAt(size);
        }

        var token = hasMore && isOrdered ? new PageToken(Forward: true, rows.CursorOf(items[^1])).ToString() : null;
        Sid? last = hasMore && !isOrdered ? sidOf(items[^1]) : null;
        return json => Write(json, items, write, last, token);
    }

    private static Cursor? After(Parameters form, Func<Sid, bool> exists)
    {
        if (form.Text(AfterSid) is not { Length: > 0 } text)
        {
            return null;
        }

        return Sid.TryParse(text, out var sid) && exists(sid)
            ? new Cursor(sid)
            : throw AfterSid.Refuse("there is no such item in this list");
    }

    private static Cursor? Token(Parameters form)
    {
        if (form.Text(NextToken) is not { Length: > 0 } text)
        {
            return null;
        }

        return PageToken.Parse(text)?.Cursor ?? throw NextToken.Refuse("it is none of this list");
    }

    private static void Write<T>(
        Utf8JsonWriter json, List<T> items, Action<Utf8JsonWriter, T> write, Sid? last, string? token)
    {
        json.WriteStartObject();
        json.WriteStartArray("contents"u8);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
        json.WriteStartObject("meta"u8);
        json.WriteString("list_key"u8, "contents"u8);
        if (token is not null)
        {
            json.WriteString("next_token"u8, token);
        }

        json.WriteEndObject();
        json.WriteSid("after_sid"u8, last);
        json.WriteNull("before_sid"u8);
        json.WriteNumber("page"u8, 0);
        json.WriteNumber("total"u8, items.Count);
        json.WriteNumber("start"u8, 0);
        json.WriteNumber("end"u8, items.Count);
        json.WriteNumber("nextPage"u8, 0);
        json.WriteNumber("lastPage"u8, 0);
        json.WriteEndObject();
    }
}
