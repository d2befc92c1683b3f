using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Serilog.Events;
using Shouldly;
using TaskRouter.Engine.Model;

namespace TaskRouter.Server.Tests;

/// <summary>
/// The real application in this process, on a real socket, with a data directory or database of its own.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TestPostgres? _postgres;
    private readonly string _directory;
    private readonly HttpClient _client;

    private TestServer(WebApplication application, TestPostgres? postgres, string directory)
    {
        (_application, _postgres, _directory) = (application, postgres, directory);
        Url = new Uri(application.Urls.Single());
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        _client = new HttpClient(handler) { BaseAddress = Url };
    }

    public static Account Account { get; } = new(
        Sid.FromGuid(SidKind.Account, Guid.Parse("0123456789abcdef0123456789abcdef")),
        "TheTokenOfTheseTests0123456789ab");

    public const string SecondaryAuthToken = "TheSecondaryTokenOfTheseTests012";

    /// <summary>Lives in the same server, and must see and show nothing.</summary>
    public static Account OtherAccount { get; } = new(
        Sid.FromGuid(SidKind.Account, Guid.Parse("fedcba9876543210fedcba9876543210")),
        "TheTokenOfTheOtherAccount0123456");

    public Uri Url { get; }

    public IServiceProvider Services => _application.Services;

    public static Task<TestServer> StartAsync(Func<TaskRouterOptions, TaskRouterOptions>? set = null) =>
        StartAsync(postgres: null, set);

    /// <summary>Owns the database from here on.</summary>
    public static async Task<TestServer> StartAsync(
        TestPostgres? postgres, Func<TaskRouterOptions, TaskRouterOptions>? set = null, TimeProvider? time = null)
    {
        var directory = Directory.CreateTempSubdirectory("taskrouter-test-").FullName;
        var options = new TaskRouterOptions
        {
            DataDirectory = directory,
            PostgresConnectionString = postgres?.ConnectionString,
            Urls = "http://127.0.0.1:0",
            LogLevel = LogEventLevel.Warning,
            SecondaryAuthToken = SecondaryAuthToken,
            FurtherAccounts = [OtherAccount],
        };
        var application = Program.Build(set?.Invoke(options) ?? options, Account, time);
        await application.StartAsync();
        return new TestServer(application, postgres, directory);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Sends path and query as they are, where <see cref="Uri"/> would mend them.</summary>
    public Task<Answer> GetExactlyAsync(string path) => SendAsync(
        HttpMethod.Get,
        new Uri(Url.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions
        {
            DangerousDisablePathAndQueryCanonicalization = true,
        }));

    public Task<Answer> DeleteAsync(string path, string? ifMatch = null) =>
        SendAsync(HttpMethod.Delete, path, ifMatch: ifMatch);

    public Task<Answer> PostAsync(string path, params (string Name, string Value)[] form) =>
        SendAsync(HttpMethod.Post, path, Form(form));

    public Task<Answer> PostAsAsync(string authorization, string path, params (string Name, string Value)[] form) =>
        SendAsync(HttpMethod.Post, path, Form(form), authorization: authorization);

    public Task<Answer> GetAsAsync(string authorization, string path) =>
        SendAsync(HttpMethod.Get, path, authorization: authorization);

    public Task<Answer> PostIfAsync(string ifMatch, string path, params (string Name, string Value)[] form) =>
        SendAsync(HttpMethod.Post, path, Form(form), ifMatch);

    public Task<Answer> PostRawAsync(
        string path, string body, string? contentType = "application/x-www-form-urlencoded")
    {
        // Latin-1: each character of the text is one byte of the body, so a test can send what is not UTF-8.
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return SendAsync(HttpMethod.Post, path, content);
    }

    public Task<Answer> PostJsonAsync(string path, object body, string? ifMatch = null) =>
        SendAsync(HttpMethod.Post, path, Json(body as string ?? JsonSerializer.Serialize(body)), ifMatch);

    public Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content = null,
        string? ifMatch = null,
        string? authorization = "") =>
        SendAsync(method, new Uri(path, UriKind.RelativeOrAbsolute), content, ifMatch, authorization);

    private async Task<Answer> SendAsync(
        HttpMethod method, Uri path, HttpContent? content = null, string? ifMatch = null, string? authorization = "")
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation(
                "Authorization",
                authorization is "" ? Basic(Account.Sid.ToString(), Account.AuthToken) : authorization);
        }

        // A stream has no end to wait for.
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var text = isStream ? "" : await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBeLessThan(500, $"{method} {path}: {text}");
        return new Answer(method, path, response, text);
    }

    /// <summary>Waits until a list that is written in the background holds so much; newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> UntilAsync(string path, string key, int count = 1)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if ((await GetAsync(path)).ShouldBe(HttpStatusCode.OK).Items(key) is { } items && items.Count >= count)
            {
                return items;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"{path} does not come to hold {count} {key}.");
    }

    public static string Basic(Account account) => Basic(account.Sid.ToString(), account.AuthToken);

    public static string Basic(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static FormUrlEncodedContent Form((string Name, string Value)[] form) =>
        new(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
}

/// <summary>One answer, read whole.</summary>
internal sealed class Answer(HttpMethod method, Uri path, HttpResponseMessage response, string text)
{
    public HttpStatusCode Status { get; } = response.StatusCode;

    public HttpResponseHeaders Headers { get; } = response.Headers;

    public HttpContentHeaders ContentHeaders { get; } = response.Content.Headers;

    public string Text { get; } = text;

    public JsonElement Json { get; } =
        response.Content.Headers.ContentType?.MediaType != "text/plain" && text.Length > 0
            ? JsonDocument.Parse(text).RootElement
            : default;

    public string Sid => String("sid");

    public string ETag => Headers.ETag.ShouldNotBeNull().ToString();

    public string String(string name) => Json.GetProperty(name).GetString().ShouldNotBeNull();

    public IReadOnlyList<JsonElement> Items(string key) => [.. Json.GetProperty(key).EnumerateArray()];

    public Answer ShouldBe(HttpStatusCode status)
    {
        Status.ShouldBe(status, $"{method} {path}: {Text}");
        return this;
    }

    /// <summary>The error object, and nothing but it.</summary>
    public Answer ShouldBeError(HttpStatusCode status, int code)
    {
        ShouldBe(status);
        ContentHeaders.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/json");
        Json.EnumerateObject().Select(property => property.Name)
            .ShouldBe(["code", "message", "more_info", "status"], $"{method} {path}: {Text}");
        Json.GetProperty("code").GetInt32().ShouldBe(code, $"{method} {path}: {Text}");
        Json.GetProperty("status").GetInt32().ShouldBe((int)status);
        String("message").ShouldNotBeEmpty();
        String("more_info").ShouldBe($"https://www.twilio.com/docs/errors/{code}");
        return this;
    }
}
