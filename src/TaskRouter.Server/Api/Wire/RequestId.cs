namespace TaskRouter.Server.Api.Wire;

/// <summary>The name of one request, in its answer and in the log: <c>RQ</c> and 32 hex digits.</summary>
internal static class RequestId
{
    private const string Header = "Twilio-Request-Id";

    /// <summary>Writes the request's id into the answer; the first call makes it.</summary>
    public static void Give(HttpContext context)
    {
        if (!context.TraceIdentifier.StartsWith("RQ", StringComparison.Ordinal))
        {
            Span<byte> random = stackalloc byte[16];
            Random.Shared.NextBytes(random);
            context.TraceIdentifier = "RQ" + Convert.ToHexStringLower(random);
        }

        context.Response.Headers[Header] = context.TraceIdentifier;
    }
}
