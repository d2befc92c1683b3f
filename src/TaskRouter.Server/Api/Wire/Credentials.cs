using System.Security.Cryptography;
using System.Text;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// HTTP Basic with the account's SID and token, before anything else happens: unknown paths are as closed as known
/// ones. https://www.twilio.com/docs/usage/requests-to-twilio#credentials
/// </summary>
internal sealed class Credentials
{
    private const string Scheme = "Basic ";
    private const int HeaderMax = 1_024;

    private readonly RequestDelegate _next;
    private readonly byte[] _expected;

    public Credentials(RequestDelegate next, Account account)
    {
        _next = next;
        _expected = SHA256.HashData(Encoding.UTF8.GetBytes($"{account.Sid}:{account.AuthToken}"));
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null
            || AreRight(context.Request.Headers.Authorization))
        {
            return _next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"Twilio API\"";
        Refusals.Answer(context, new Refusal(401, Refusals.CredentialsCode, "Authenticate"));
        return Task.CompletedTask;
    }

    private bool AreRight(string? authorization)
    {
        if (authorization is not { Length: <= HeaderMax }
            || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Span<byte> given = stackalloc byte[HeaderMax];
        if (!Convert.TryFromBase64Chars(authorization.AsSpan(Scheme.Length).Trim(), given, out var length))
        {
            return false;
        }

        // Equal hashes of equal length: the time tells nothing about how much of a guess was right.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(given[..length], hash);
        return CryptographicOperations.FixedTimeEquals(hash, _expected);
    }
}

/// <summary>Marks an endpoint that answers without credentials.</summary>
internal sealed class OpenToAll;
