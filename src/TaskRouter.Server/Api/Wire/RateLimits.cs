using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// One bucket for each account and each API key: so many requests in a second, and as many at once. A token counts for
/// whoever signed it. https://www.twilio.com/docs/usage/rate-limits
/// </summary>
internal sealed class RateLimits
{
    private const string Limit = "X-Rate-Limit-Limit";
    private const string Remaining = "X-Rate-Limit-Remaining";
    private const string Config = "X-Rate-Limit-Config";
    private const string ConfigName = "PerSecond";

    // Fine enough that requests trickle through instead of coming in bursts.
    private const int RefillsPerSecondMax = 100;

    private readonly TokenBucketRateLimiterOptions? _options;

    // As many as there are accounts and keys: nobody gets here without right credentials.
    private readonly ConcurrentDictionary<Sid, TokenBucketRateLimiter> _buckets = new();

    /// <param name="perSecond">Null for no limit.</param>
    public RateLimits(int? perSecond, ApiKeys keys)
    {
        if (perSecond is not { } limit)
        {
            return;
        }

        var tokens = (limit + RefillsPerSecondMax - 1L) / RefillsPerSecondMax;
        _options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = limit,
            TokensPerPeriod = (int)tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / limit),

            // Refilled when looked at, so that a bucket is memory and nothing else: no timer, nothing to dispose of.
            AutoReplenishment = false,
        };
        keys.Deleted += keySid => _buckets.TryRemove(keySid, out _);
    }

    /// <summary>Counts a request. False when it was one too many, and has its answer.</summary>
    public bool TryTake(HttpContext context, Caller caller)
    {
        if (_options is null)
        {
            return true;
        }

        var bucket = _buckets.GetOrAdd(
            caller.CredentialSid, static (_, options) => new TokenBucketRateLimiter(options), _options);
        bucket.TryReplenish();
        bool isWithin;
        using (var lease = bucket.AttemptAcquire())
        {
            isWithin = lease.IsAcquired;
        }

        context.Features.Set(new State(_options.TokenLimit, bucket.GetStatistics()?.CurrentAvailablePermits ?? 0));
        Give(context);
        if (!isWithin)
        {
            // In whole seconds, and a bucket has something again in less than one.
            context.Response.Headers.RetryAfter = "1";
            Refusals.Answer(context, new Refusal(429, Refusals.TooManyCode, "Too many requests"));
        }

        return isWithin;
    }

    /// <summary>Writes the headers that belong to this request, if it was counted.</summary>
    public static void Give(HttpContext context)
    {
        if (context.Features.Get<State>() is { } state)
        {
            var headers = context.Response.Headers;
            headers[Limit] = Number(state.PerSecond);
            headers[Remaining] = Number(state.Remaining);
            headers[Config] = ConfigName;
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record State(int PerSecond, long Remaining);
}

/// <summary>Counts every request whose sender is known by now.</summary>
internal sealed class RateLimiting(RequestDelegate next, RateLimits limits)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<Caller>() is not { } caller || limits.TryTake(context, caller)
            ? next(context)
            : Task.CompletedTask;
}
