namespace TaskRouter.Server.Api.Wire;

/// <summary>The name of one request, in its answer and in the log: <c>RQ</c> and 32 hex digits.</summary>
internal static class RequestId
{
    private const string Header = "Twilio-Request-Id";

    /// <summary>Names the request. Kestrel makes a name of its own for whoever asks before that.</summary>
    public static void Make(HttpContext context)
    {
        Span<char> id = stackalloc char[34];
        "RQ".CopyTo(id);
        Random.Shared.GetHexString(id[2..], lowercase: true);
        context.TraceIdentifier = new string(id);
        Give(context);
    }

    /// <summary>Writes the request's id into the answer.</summary>
    public static void Give(HttpContext context) => context.Response.Headers[Header] = context.TraceIdentifier;
}
