using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Access;

/// <summary>
/// Reads the two kinds of tokens that Twilio's libraries make: capability tokens, signed with an account's auth token,
/// and access tokens, signed with an API key's secret. Both are HS256 and nothing else; which key a token must be
/// signed with follows from its issuer alone, whatever its header says.
/// </summary>
/// <remarks>
/// https://www.twilio.com/docs/iam/access-tokens and https://www.twilio.com/docs/taskrouter/js-sdk/workspace
/// </remarks>
internal sealed class TokenReader(AccountDirectory accounts, ApiKeys keys, TimeProvider time) : IDisposable
{
    /// <summary>A capability token with a few dozen policies has half of it.</summary>
    public const int LengthMax = 8 * 1024;

    /// <summary>The texts of ten to twenty thousand agents' tokens, of two bytes a character.</summary>
    private const int RememberedCharactersMax = 8 * 1024 * 1024;

    private const int PoliciesMax = 100;
    private const int BlockSize = 64;

    /// <summary>https://www.twilio.com/docs/iam/access-tokens: 24 hours, of both kinds.</summary>
    private static readonly TimeSpan LifetimeMax = TimeSpan.FromHours(24);

    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);

    // Two machines with synchronised clocks differ by less.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    // Nobody knows it: what the token of an unknown issuer is verified with, so that it is refused in the same time.
    private static readonly SymmetricSecurityKey UnknownKey = KeyOf(Secrets.New());

    private readonly JsonWebTokenHandler _handler = new()
    {
        MapInboundClaims = false,
        MaximumTokenSizeInBytes = LengthMax,
    };

    // A client shows the same token with each request, and verifying it costs more than most requests do.
    private readonly MemoryCache _read = new(new MemoryCacheOptions { SizeLimit = RememberedCharactersMax });

    /// <summary>Whether a text has the form of a token at all: three parts.</summary>
    public static bool IsToken(string text) => text.Length <= LengthMax && text.AsSpan().Count('.') == 2;

    /// <exception cref="Refusal">401 with the code that says what is wrong with it.</exception>
    public ValueTask<Caller> ReadAsync(string text) =>
        _read.TryGetValue(text, out Caller? known) && IsStillGood(known!)
            ? ValueTask.FromResult(known!)
            : new ValueTask<Caller>(ReadNewAsync(text));

    public void Dispose() => _read.Dispose();

    // Of what verifying found, only these two change: a key can be deleted, and time passes. An account's token cannot
    // change while the server runs, and a key's secret never does.
    private bool IsStillGood(Caller caller) =>
        SteadyTime.Wall(time) < caller.ExpiresAt
        && (caller.CredentialSid.Kind == SidKind.Account || keys.FindSigner(caller.CredentialSid) is not null);

    private async Task<Caller> ReadNewAsync(string text)
    {
        JsonWebToken token;
        try
        {
            token = new JsonWebToken(text);
        }
        catch (Exception exception) when (exception is ArgumentException or JsonException)
        {
            throw TokenCodes.Access.Refuse(TokenCodes.Access.Token);
        }

        var caller = token.Issuer.StartsWith("AC", StringComparison.Ordinal)
            ? await ReadCapabilityAsync(token)
            : await ReadAccessAsync(token);
        _read.Set(text, caller, new MemoryCacheEntryOptions
        {
            Size = text.Length,
            SlidingExpiration = RememberedFor,
        });
        return caller;
    }

    private async Task<Caller> ReadCapabilityAsync(JsonWebToken token)
    {
        var codes = TokenCodes.Capability;
        var account = Sid.TryParse(token.Issuer, SidKind.Account, out var sid) ? accounts.Find(sid) : null;
        using var payload = await VerifyAsync(token, codes, account?.AuthToken, account?.SecondaryAuthToken);
        var claims = payload.RootElement;
        if (Text(claims, "account_sid") != token.Issuer)
        {
            throw codes.Refuse(codes.Issuer);
        }

        if (Text(claims, "version") is not (null or "v1")
            || !Sid.TryParse(Text(claims, "workspace_sid"), SidKind.Workspace, out var workspaceSid)
            || ReadChannel(claims, workspaceSid) is not { } channel
            || ReadPolicies(claims) is not { } policies)
        {
            throw codes.Refuse(codes.Claims);
        }

        return new Caller(sid, sid)
        {
            ExpiresAt = new DateTimeOffset(token.ValidTo, TimeSpan.Zero),
            Grant = new Grant(workspaceSid, policies)
            {
                ChannelSid = channel,
                WorkerSid = channel.Kind == SidKind.Worker ? channel : null,
            },
        };
    }

    private async Task<Caller> ReadAccessAsync(JsonWebToken token)
    {
        var codes = TokenCodes.Access;
        var signer = Sid.TryParse(token.Issuer, SidKind.ApiKey, out var keySid) ? keys.FindSigner(keySid) : null;
        using var payload = await VerifyAsync(token, codes, signer?.Secret);
        if (signer is not { } key || token.Subject != key.AccountSid.ToString())
        {
            throw codes.Refuse(codes.Issuer);
        }

        if (!token.Cty.StartsWith("twilio-fpa;", StringComparison.Ordinal))
        {
            throw codes.Refuse(codes.Header);
        }

        if (ReadGrant(payload.RootElement) is not { } grant)
        {
            throw codes.Refuse(codes.Claims);
        }

        return new Caller(key.AccountSid, keySid)
        {
            ExpiresAt = new DateTimeOffset(token.ValidTo, TimeSpan.Zero),
            Grant = grant,
        };
    }

    /// <summary>The claims, once signature and times are known to be right.</summary>
    private async Task<JsonDocument> VerifyAsync(JsonWebToken token, TokenCodes codes, params string?[] secrets)
    {
        // RFC 7515, 4.1.11: what a header calls critical must be understood, and we understand nothing of the kind.
        if (token.Alg != SecurityAlgorithms.HmacSha256 || token.TryGetHeaderValue<object>("crit", out _))
        {
            throw codes.Refuse(codes.Header);
        }

        var known = secrets.OfType<string>().Select(KeyOf).ToList();
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeys = known.Count > 0 ? known : [UnknownKey],
            LifetimeValidator = CheckLifetime,

            // The issuer has chosen the key, and these tokens name no audience.
            ValidateIssuer = false,
            ValidateAudience = false,
        });
        if (!result.IsValid)
        {
            throw codes.Refuse(codes.Of(result.Exception));
        }

        return ReadableJson.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload))
            ?? throw codes.Refuse(codes.Claims);
    }

    private bool CheckLifetime(
        DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = SteadyTime.Wall(time).UtcDateTime;
        if (expires is not { } end)
        {
            throw new SecurityTokenNoExpirationException();
        }

        if (end <= now - Skew)
        {
            throw new SecurityTokenExpiredException();
        }

        if (notBefore > now + Skew)
        {
            throw new SecurityTokenNotYetValidException();
        }

        // From when it was made, if it says so: otherwise a token of years would become good on its last day.
        var issued = ((JsonWebToken)token).IssuedAt;
        var made = issued > DateTime.MinValue ? issued : notBefore ?? now;
        return end - (made < now ? made : now) <= LifetimeMax + Skew
            ? true
            : throw new SecurityTokenInvalidLifetimeException();
    }

    /// <summary>Whom a capability token is for: a worker, a queue or the workspace.</summary>
    private static Sid? ReadChannel(JsonElement claims, Sid workspaceSid)
    {
        var text = Text(claims, "channel");
        var isConsistent = Sid.TryParse(text, out var channel)
            && (Text(claims, "worker_sid") ?? text) == text
            && (Text(claims, "taskqueue_sid") ?? text) == text;
        return isConsistent
            && (channel.Kind is SidKind.Worker or SidKind.TaskQueue || channel == workspaceSid) ? channel : null;
    }

    private static List<Policy>? ReadPolicies(JsonElement claims)
    {
        if (!claims.TryGetProperty("policies", out var given)
            || given.ValueKind != JsonValueKind.Array
            || given.GetArrayLength() > PoliciesMax)
        {
            return null;
        }

        var policies = given.EnumerateArray().Select(Policy.Parse).OfType<Policy>().ToList();
        return policies.Count == given.GetArrayLength() ? policies : null;
    }

    private static Grant? ReadGrant(JsonElement claims)
    {
        if (!claims.TryGetProperty("grants", out var grants)
            || grants.ValueKind != JsonValueKind.Object
            || !grants.TryGetProperty("task_router", out var grant)
            || grant.ValueKind != JsonValueKind.Object
            || !Sid.TryParse(Text(grant, "workspace_sid"), SidKind.Workspace, out var workspaceSid))
        {
            return null;
        }

        var hasWorker = Sid.TryParse(Text(grant, "worker_sid"), SidKind.Worker, out var workerSid);
        return Text(grant, "role") switch
        {
            "worker" when hasWorker => Grant.OfWorker(workspaceSid, workerSid),
            "supervisor" => Grant.OfSupervisor(workspaceSid, hasWorker ? workerSid : null),
            "admin" => Grant.OfAdmin(workspaceSid, hasWorker ? workerSid : null),
            _ => null,
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // HMAC itself fills a short key up with zeros to the length of a block (RFC 2104), so this changes no signature. It
    // is for the library, which refuses keys below 256 bits: how long an auth token is, is for the operator to say.
    private static SymmetricSecurityKey KeyOf(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < BlockSize)
        {
            Array.Resize(ref bytes, BlockSize);
        }

        return new SymmetricSecurityKey(bytes);
    }
}
