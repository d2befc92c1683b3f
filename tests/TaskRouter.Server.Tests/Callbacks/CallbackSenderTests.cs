using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Access;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

public sealed class CallbackSenderTests : IDisposable
{
    private const string AuthToken = "0123456789abcdef0123456789abcdef";
    private static readonly Sid Sid = Sid.FromGuid(SidKind.Account, Guid.Parse("00000000000000000000000000000001"));
    private static readonly Sid OtherSid = Sid with { Low = 2 };
    private static readonly Guid Token = Guid.Parse("01234567-89ab-7def-8123-456789abcdef");
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    private readonly ManualTime _time = new();
    private readonly CallbackSender _sender;

    public CallbackSenderTests() => _sender = SenderAt(_time);

    private static AccountDirectory Accounts { get; } = new(
        [new Account(Sid, AuthToken) { SecondaryAuthToken = "neverSigns" }, new Account(OtherSid, "otherToken")]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _sender.Dispose();

    [Fact]
    public async Task A_form_is_posted_signed_and_the_answer_comes_back()
    {
        await using var receiver = await HttpReceiver.StartAsync("""{"instruction":"accept"}""");

        var answer = await SendAsync($"{receiver.Url}/assign?key=a%20b#rc=2");

        answer.Failure.ShouldBeNull();
        (answer.Status, answer.MediaType).ShouldBe((200, "application/json"));
        Encoding.UTF8.GetString(answer.Body.Span).ShouldBe("""{"instruction":"accept"}""");
        var call = receiver.Calls.ShouldHaveSingleItem();
        (call.Method, call.Url).ShouldBe(("POST", $"{receiver.Url}/assign?key=a%20b"));
        call.Form.ShouldBe(Form.ToDictionary(StringComparer.Ordinal), ignoreOrder: true);
        call.Headers["X-Twilio-Signature"].ShouldBe(ExpectedSignature(call));
    }

    [Fact]
    public async Task Each_account_signs_with_its_own_token_and_one_that_is_gone_with_none()
    {
        await using var receiver = await HttpReceiver.StartAsync("{}");

        await _sender.SendAsync(Request(receiver.Url) with { AccountSid = OtherSid }, Stop);
        await _sender.SendAsync(Request(receiver.Url) with { AccountSid = default }, Stop);

        var calls = receiver.Calls.ToList();
        calls[0].Headers["X-Twilio-Signature"].ShouldBe(ExpectedSignature(calls[0], "otherToken"));
        calls[1].Headers.ShouldNotContainKey("X-Twilio-Signature");
    }

    [Fact]
    public async Task Headers_are_those_of_twilio_and_no_others()
    {
        await using var receiver = await HttpReceiver.StartAsync("{}");

        await SendAsync($"{receiver.Url}/");

        var headers = receiver.Calls.ShouldHaveSingleItem().Headers;
        headers["Content-Type"].ShouldBe("application/x-www-form-urlencoded; charset=utf-8");
        headers["User-Agent"].ShouldBe("TwilioProxy/1.1");
        headers["Accept"].ShouldBe("*/*");
        headers["I-Twilio-Idempotency-Token"].ShouldBe(Token.ToString());
        headers.Keys.ShouldBe(
            [
                "Host", "Content-Length", "Content-Type", "User-Agent", "Accept", "I-Twilio-Idempotency-Token",
                "X-Twilio-Signature",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task User_info_is_sent_as_basic_credentials_and_not_signed()
    {
        await using var receiver = await HttpReceiver.StartAsync("{}");

        await SendAsync($"{receiver.Url}/".Replace("//", "//user:secret@", StringComparison.Ordinal));

        var call = receiver.Calls.ShouldHaveSingleItem();
        call.Headers["Authorization"].ShouldBe("Basic dXNlcjpzZWNyZXQ=");
        call.Headers["X-Twilio-Signature"].ShouldBe(ExpectedSignature(call));
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_not_followed()
    {
        await using var receiver = await HttpReceiver.StartAsync(context =>
        {
            context.Response.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });

        var answer = await SendAsync($"{receiver.Url}/#rc=5&rp=all");

        answer.Failure.ShouldBe(CallbackFailure.Status(307));
        receiver.Calls.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        await using var receiver = await HttpReceiver.StartAsync(context =>
        {
            context.Response.Cookies.Append("session", "1");
            return Task.CompletedTask;
        });

        await SendAsync(receiver.Url);
        await SendAsync(receiver.Url);

        receiver.Calls.Count.ShouldBe(2);
        receiver.Calls.ShouldAllBe(call => !call.Headers.ContainsKey("Cookie"));
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_at_the_time_limit()
    {
        await using var receiver = await HttpReceiver.StartAsync(HttpReceiver.HangAsync);
        var sending = SendAsync($"{receiver.Url}/", TimeSpan.FromSeconds(5));
        await receiver.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(4.999));
        sending.IsCompleted.ShouldBeFalse();

        _time.Advance(TimeSpan.FromSeconds(0.001));

        (await EndOf(sending)).Failure.ShouldBe(CallbackFailure.NoAnswer);
    }

    [Theory]
    [InlineData("#tt=300")]
    [InlineData("#rt=300")]
    public async Task An_override_gives_up_earlier(string fragment)
    {
        await using var receiver = await HttpReceiver.StartAsync(HttpReceiver.HangAsync);
        var sending = SendAsync(receiver.Url + fragment);
        await receiver.NextAsync();

        _time.Advance(TimeSpan.FromMilliseconds(300));

        (await EndOf(sending)).Failure.ShouldBe(CallbackFailure.NoAnswer);
    }

    [Fact]
    public async Task An_answer_that_drips_ends_at_the_total_time_limit()
    {
        await using var receiver = await HttpReceiver.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(20, context.RequestAborted);
            }
        });
        using var sender = SenderAt(TimeProvider.System);

        var answer = await sender.SendAsync(Request($"{receiver.Url}/#tt=1000&rt=700"), Stop);

        answer.Failure.ShouldBe(CallbackFailure.NoAnswer);
    }

    [Fact]
    public async Task An_answer_longer_than_the_bound_is_not_read_to_its_end()
    {
        await using var receiver = await HttpReceiver.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            var block = new byte[16 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });

        var answer = await SendAsync(receiver.Url);

        answer.Failure.ShouldBe(CallbackFailure.AnswerTooLong);
    }

    [Theory]
    [InlineData(CallbackSender.AnswerBytesMax, true)]
    [InlineData(CallbackSender.AnswerBytesMax + 1, false)]
    public async Task The_bound_is_exact(int length, bool fits)
    {
        await using var receiver = await HttpReceiver.StartAsync(async context =>
        {
            context.Response.ContentLength = context.Request.Path == "/announced" ? length : null;
            await context.Response.Body.WriteAsync(new byte[length]);
        });

        foreach (var path in new[] { "/announced", "/chunked" })
        {
            var answer = await SendAsync(receiver.Url + path);

            answer.Failure.ShouldBe(fits ? null : CallbackFailure.AnswerTooLong);
            answer.Body.Length.ShouldBe(fits ? length : 0);
        }
    }

    [Fact]
    public async Task Compressed_answers_are_not_unpacked()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[16 * 1024 * 1024]);
        }

        await using var receiver = await HttpReceiver.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(bomb.ToArray());
        });

        var answer = await SendAsync(receiver.Url);

        answer.Body.ToArray().ShouldBe(bomb.ToArray());
    }

    [Fact]
    public async Task A_refused_connection_is_tried_once_more()
    {
        var port = UnusedPort();
        var pausing = _time.NextWaitOf(RetryPause);
        var sending = SendAsync($"http://127.0.0.1:{port}/");
        await pausing.WaitAsync(Stop);
        await using var receiver = await HttpReceiver.StartAsync(HttpReceiver.Json("{}"), port);

        _time.Advance(RetryPause);

        (await EndOf(sending)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("#rc=0", 0)]
    [InlineData("#rc=3", 3)]
    [InlineData("#rc=3&rp=5xx", 0)]
    public async Task A_connection_refused_again_is_a_failure(string fragment, int retries)
    {
        var sending = PausingAsync($"http://127.0.0.1:{UnusedPort()}/{fragment}");

        var (answer, pauses) = await sending;

        answer.Failure.ShouldBe(CallbackFailure.NoConnection);
        pauses.ShouldBe(retries);
    }

    [Theory]
    [InlineData(503, "", 1)]
    [InlineData(503, "#rp=5xx", 2)]
    [InlineData(503, "#rp=4xx", 1)]
    [InlineData(404, "#rp=4xx&rc=2", 3)]
    [InlineData(500, "#rp=all&rc=5", 6)]
    public async Task A_status_is_retried_only_when_the_url_asks_for_it(int status, string fragment, int calls)
    {
        await using var receiver = await HttpReceiver.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        var (answer, _) = await PausingAsync(receiver.Url + fragment);

        answer.Failure.ShouldBe(CallbackFailure.Status(status));
        receiver.Calls.Count.ShouldBe(calls);
        receiver.Calls.ShouldAllBe(call => call.Headers["I-Twilio-Idempotency-Token"] == Token.ToString());
    }

    [Fact]
    public async Task Retries_end_with_the_total_time()
    {
        var pausing = _time.NextWaitOf(RetryPause);
        var sending = SendAsync($"http://127.0.0.1:{UnusedPort()}/#tt=100&rc=5");
        await pausing.WaitAsync(Stop);

        _time.Advance(TimeSpan.FromMilliseconds(100));

        (await EndOf(sending)).Failure!.Code.ShouldBe(11205);
    }

    [Theory]
    [InlineData("", 11200)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", 11200)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 11206)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", 11206)]
    public async Task An_answer_that_is_no_http_is_a_failure(string bytes, int code)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerOnceAsync(listener, bytes);

        var answer = await SendAsync($"http://{listener.LocalEndpoint}/");

        answer.Failure!.Code.ShouldBe(code);
        await answering;
    }

    [Fact]
    public async Task Too_many_headers_are_a_failure()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var headers = string.Concat(Enumerable.Range(0, 20_000).Select(index => $"X-{index}: y\r\n"));
        var answering = AnswerOnceAsync(listener, $"HTTP/1.1 200 OK\r\n{headers}\r\n");

        var answer = await SendAsync($"http://{listener.LocalEndpoint}/");

        answer.Failure.ShouldBe(CallbackFailure.AnswerTooLong);
        await answering;
    }

    [Fact]
    public async Task A_stop_cancels_the_call()
    {
        await using var receiver = await HttpReceiver.StartAsync(HttpReceiver.HangAsync);
        using var stop = new CancellationTokenSource();
        var sending = _sender.SendAsync(Request(receiver.Url), stop.Token);
        await receiver.NextAsync();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => EndOf(sending));
    }

    private static List<KeyValuePair<string, string>> Form =>
    [
        new("TaskAttributes", """{"name":"Zoë & Ω + 😀","line":"a\nb"}"""),
        new("ReservationSid", "WR0123456789abcdef0123456789abcdef"),
        new("Empty", ""),
    ];

    private static CallbackRequest Request(string url, TimeSpan? limit = null) =>
        new(Sid, CallbackUrl.Of(url)!, Form, Token, limit ?? TimeSpan.FromSeconds(5))
        {
            Kind = "assignment",
            At = default,
        };

    private static CallbackSender SenderAt(TimeProvider time) =>
        new(Accounts, ReceiverRules.Default, TestInstruments.Create(), time);

    private Task<CallbackAnswer> SendAsync(string url, TimeSpan? limit = null) =>
        EndOf(_sender.SendAsync(Request(url, limit), Stop));

    /// <summary>Sends, and lets every pause before a retry pass at once.</summary>
    private async Task<(CallbackAnswer Answer, int Pauses)> PausingAsync(string url)
    {
        var pausing = _time.NextWaitOf(RetryPause);
        var sending = SendAsync(url);
        for (var pauses = 0; ; pauses++)
        {
            if (await Task.WhenAny(sending, pausing) == sending)
            {
                return (await sending, pauses);
            }

            pausing = _time.NextWaitOf(RetryPause);
            _time.Advance(RetryPause);
        }
    }

    // The clock of the test does not run: a bug would hang it, were it not for a limit in real time.
    private static Task<CallbackAnswer> EndOf(Task<CallbackAnswer> sending) =>
        sending.WaitAsync(TimeSpan.FromSeconds(30), Stop);

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AnswerOnceAsync(TcpListener listener, string bytes)
    {
        using var client = await listener.AcceptTcpClientAsync(Stop);
        await using var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[64], Stop);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes), Stop);
        }
        catch (IOException)
        {
            // The caller has had enough.
        }
    }

    /// <summary>What a receiver computes from the request alone, independently of the code under test.</summary>
    private static string ExpectedSignature(ReceivedCall call, string authToken = AuthToken)
    {
        var text = call.Url;
        foreach (var name in call.Form.Keys.Order(StringComparer.Ordinal))
        {
            text += name + call.Form[name];
        }

#pragma warning disable CA5350 // The header's definition.
        using var hmac = new HMACSHA1(Encoding.UTF8.GetBytes(authToken));
#pragma warning restore CA5350
        return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(text)));
    }
}
