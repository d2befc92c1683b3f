using System.Buffers;
using System.Text.Unicode;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Api.Wire;

/// <summary>Reads a body whole, within a bound.</summary>
internal static class RequestBody
{
    /// <summary>https://www.rfc-editor.org/rfc/rfc7396</summary>
    public const string PatchType = "application/merge-patch+json";

    /// <param name="bytesMax">
    /// A longer body is refused, but read to its end all the same (Kestrel bounds that too): a client that is still
    /// sending when the connection closes never sees the refusal.
    /// </param>
    public static async ValueTask<T> ReadAsync<TState, T>(
        HttpRequest request,
        int bytesMax,
        TState state,
        Func<HttpRequest, TState, ReadOnlySequence<byte>, T> parse)
    {
        if (request.ContentLength == 0)
        {
            return parse(request, state, ReadOnlySequence<byte>.Empty);
        }

        var reader = request.BodyReader;
        for (var isTooLong = false; ;)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            isTooLong |= read.Buffer.Length > bytesMax;
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(isTooLong ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
                continue;
            }

            try
            {
                return isTooLong ? throw Refusals.TooLarge() : parse(request, state, read.Buffer);
            }
            finally
            {
                // Also after a refusal: Kestrel gives up a connection whose body is in the middle of being read.
                reader.AdvanceTo(read.Buffer.End);
            }
        }
    }

    /// <summary>The bytes of a JSON body: UTF-8, and not looked into here.</summary>
    public static ValueTask<byte[]> ReadJsonAsync(HttpRequest request, int bytesMax, params string[] types) =>
        ReadAsync(request, bytesMax, types, static (request, types, body) =>
        {
            if (!body.IsEmpty)
            {
                RefuseOther(request, types);
            }

            var bytes = body.ToArray();
            return Utf8.IsValid(bytes) ? bytes : throw Refusal.Invalid("The request body must be UTF-8");
        });

    public static void RefuseOther(HttpRequest request, params ReadOnlySpan<string> types)
    {
        var given = request.ContentType.AsSpan();
        var parametersAt = given.IndexOf(';');
        var name = (parametersAt < 0 ? given : given[..parametersAt]).Trim();
        foreach (var type in types)
        {
            if (name.Equals(type, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }
        }

        throw new Refusal(415, Refusal.InvalidCode, $"The request body must be {string.Join(" or ", types)}");
    }
}
