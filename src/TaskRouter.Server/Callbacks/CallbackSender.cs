using System.Net;
using System.Net.Http.Headers;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Access;
using TaskRouter.Server.Telemetry;

namespace TaskRouter.Server.Callbacks;

/// <summary>One callback: a form for a URL.</summary>
/// <param name="AccountSid">Whose primary auth token signs it.</param>
/// <param name="IdempotencyToken">The same for every try of one callback, whichever URL it goes to.</param>
/// <param name="TimeLimit">All tries together end within it, whatever the URL's overrides allow.</param>
internal sealed record CallbackRequest(
    Sid AccountSid,
    CallbackUrl Url,
    IReadOnlyList<KeyValuePair<string, string>> Form,
    Guid IdempotencyToken,
    TimeSpan TimeLimit)
{
    /// <summary>What kind of callback it is, for those who measure: <c>assignment</c> or <c>event</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When that came to be what it tells.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>False when the status says it all: the body is then left unread, however long it is.</summary>
    public bool WantsBody { get; init; } = true;
}

/// <summary>What came back: a 2xx answer, or the failure of the last try.</summary>
/// <param name="MediaType">Without parameters; null when missing or unreadable.</param>
internal sealed record CallbackAnswer(int Status, string? MediaType, ReadOnlyMemory<byte> Body)
{
    public CallbackFailure? Failure { get; private init; }

    /// <summary>Those that may be shown, as they came; null without an answer.</summary>
    public string? Headers { get; init; }

    public static CallbackAnswer Failed(
        CallbackFailure failure, string? headers = null, ReadOnlyMemory<byte> body = default) =>
        new(0, null, body) { Failure = failure, Headers = headers };
}

/// <summary>
/// Posts signed forms as Twilio does. Whatever a receiver does, a call ends in time and takes bounded memory.
/// https://www.twilio.com/docs/usage/webhooks/webhooks-security
/// </summary>
internal sealed class CallbackSender(
    AccountDirectory accounts, ReceiverRules rules, Instruments instruments, TimeProvider time) : IDisposable
{
    public const int AnswerBytesMax = 64 * 1024;

    public const string IdempotencyHeader = "I-Twilio-Idempotency-Token";

    private const int ExcerptBytesMax = 4 * 1024;

    private static readonly TimeSpan ExcerptPatience = TimeSpan.FromMilliseconds(250);

    // A receiver's other headers are its own business: cookies and keys among them.
    private static readonly string[] ShownHeaders =
        ["Content-Type", "Content-Length", "Date", "Retry-After", "Server"];

    // Long enough for a restarting receiver to notice, short against the five seconds of an assignment callback.
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectCallback = rules.ConnectAsync,

        // A backstop only: each call brings its own, shorter limit.
        ConnectTimeout = TimeSpan.FromSeconds(10),

        // Moves to a changed DNS record in time, and leaves before the five seconds after which Node's server closes:
        // a request that meets the closing is lost, and a POST is not repeated by itself.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3),
        MaxResponseDrainSize = AnswerBytesMax,
        MaxResponseHeadersLength = AnswerBytesMax / 1024,
    });

    public async Task<CallbackAnswer> SendAsync(CallbackRequest request, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        var answer = await TryAllAsync(request, stop);
        instruments.RecordCallback(
            request.Kind,
            answer.Failure?.ErrorCode ?? "answered",
            time.GetElapsedTime(started),
            answer.Failure is null ? time.GetUtcNow() - request.At : null);
        return answer;
    }

    public void Dispose() => _http.Dispose();

    private async Task<CallbackAnswer> TryAllAsync(CallbackRequest request, CancellationToken stop)
    {
        var overrides = request.Url.Overrides;
        var limit = overrides.TotalTimeout < request.TimeLimit ? overrides.TotalTimeout : request.TimeLimit;
        using var total = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(total.Token, stop);
        for (var retries = 0; ; retries++)
        {
            var answer = await TryAsync(request, either.Token, stop);
            if (retries == overrides.RetryCount
                || answer.Failure is not { } failure
                || (failure.Kind & overrides.RetryPolicy) == RetryPolicy.None
                || !await PauseAsync(either.Token, stop))
            {
                return answer;
            }
        }
    }

    /// <summary>False when there is no time for another try.</summary>
    private async Task<bool> PauseAsync(CancellationToken limit, CancellationToken stop)
    {
        try
        {
            await Task.Delay(RetryPause, time, limit);
            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<CallbackAnswer> TryAsync(
        CallbackRequest request, CancellationToken limit, CancellationToken stop)
    {
        using var phase = new CancellationTokenSource(request.Url.Overrides.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(phase.Token, limit);
        using var form = new CallbackForm(request.Form, () => phase.CancelAfter(request.Url.Overrides.ReadTimeout));
        using var message = Message(request, form);
        try
        {
            using var response = await _http.SendAsync(message, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                var excerpt = request.WantsBody ? await ReadExcerptAsync(response, either.Token) : default;
                return CallbackAnswer.Failed(
                    CallbackFailure.Status((int)response.StatusCode), HeadersOf(response), excerpt);
            }

            if (!request.WantsBody)
            {
                return new CallbackAnswer((int)response.StatusCode, null, default);
            }

            return await ReadAsync(response, phase, request.Url.Overrides.ReadTimeout, either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return CallbackAnswer.Failed(
                form.IsSending ? CallbackFailure.NoAnswer : CallbackFailure.ConnectTimeout);
        }
        catch (HttpRequestException exception) when (exception.InnerException is ReceiverDeniedException)
        {
            return CallbackAnswer.Failed(CallbackFailure.Denied);
        }
        catch (HttpRequestException exception)
        {
            return CallbackAnswer.Failed(CallbackFailure.Of(exception.HttpRequestError));
        }
        catch (IOException exception)
        {
            // The answer's head was good, its body is not.
            var error = (exception as HttpIOException)?.HttpRequestError ?? HttpRequestError.ResponseEnded;
            return CallbackAnswer.Failed(CallbackFailure.Of(error));
        }
    }

    private HttpRequestMessage Message(CallbackRequest request, CallbackForm form)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, request.Url.Address)
        {
            Version = HttpVersion.Version11,
            Content = form,
        };
        if (accounts.Find(request.AccountSid) is { } account)
        {
            // Never the secondary token: https://www.twilio.com/docs/iam/api/authtoken. What an account that is no
            // longer set still owes goes out unsigned, and receivers that check refuse it.
            var signature = RequestSignature.Compute(account.AuthToken, request.Url.Text, request.Form);
            message.Headers.Add(RequestSignature.Header, signature);
        }

        message.Headers.Add(IdempotencyHeader, request.IdempotencyToken.ToString());
        message.Headers.Add("Accept", "*/*");
        message.Headers.Add("User-Agent", "TwilioProxy/1.1");
        message.Headers.Authorization = request.Url.Credentials;
        return message;
    }

    private static async Task<CallbackAnswer> ReadAsync(
        HttpResponseMessage response, CancellationTokenSource phase, TimeSpan readTimeout, CancellationToken limit)
    {
        var announced = response.Content.Headers.ContentLength ?? AnswerBytesMax;
        if (announced > AnswerBytesMax)
        {
            return CallbackAnswer.Failed(CallbackFailure.AnswerTooLong);
        }

        // One byte more than there may be, so that a full buffer means too much.
        var body = new byte[announced + 1];
        await using var stream = await response.Content.ReadAsStreamAsync(limit);
        for (var length = 0; length < body.Length;)
        {
            phase.CancelAfter(readTimeout);
            var read = await stream.ReadAsync(body.AsMemory(length), limit);
            if (read == 0)
            {
                var mediaType = response.Content.Headers.ContentType?.MediaType;
                return new CallbackAnswer((int)response.StatusCode, mediaType, body.AsMemory(0, length))
                {
                    Headers = HeadersOf(response),
                };
            }

            length += read;
        }

        return CallbackAnswer.Failed(CallbackFailure.AnswerTooLong);
    }

    /// <summary>
    /// The beginning of an error page, for people. It comes at once or not at all: the fallback URL is waiting.
    /// </summary>
    private async Task<ReadOnlyMemory<byte>> ReadExcerptAsync(HttpResponseMessage response, CancellationToken limit)
    {
        var body = new byte[ExcerptBytesMax];
        var length = 0;
        using var moment = new CancellationTokenSource(ExcerptPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, limit);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            while (await stream.ReadAsync(body.AsMemory(length), either.Token) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (Exception exception) when (exception
            is OperationCanceledException or IOException or HttpRequestException)
        {
            // What has come by now is the excerpt.
        }

        return body.AsMemory(0, length);
    }

    private static string HeadersOf(HttpResponseMessage response) => string.Join('&', response.Headers
        .Concat(response.Content.Headers)
        .Where(header => ShownHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
        .Select(header => $"{header.Key}={Uri.EscapeDataString(string.Join(", ", header.Value))}"));

    /// <summary>The form, and the moment it begins to go out: from there on we wait for the answer.</summary>
    private sealed class CallbackForm : FormUrlEncodedContent
    {
        private readonly Action _sending;

        public CallbackForm(IEnumerable<KeyValuePair<string, string>> fields, Action sending)
            : base(fields)
        {
            _sending = sending;
            Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded", "utf-8");
        }

        public bool IsSending { get; private set; }

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            IsSending = true;
            _sending();
            return base.SerializeToStreamAsync(stream, context, cancellationToken);
        }
    }
}
