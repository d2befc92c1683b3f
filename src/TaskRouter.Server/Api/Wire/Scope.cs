using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Flex;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Storage;
using TaskRouter.Server.Voice;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// Where a request plays: its account, its workspace, and the base of every URL in its answer. One per request, used
/// by one thread at a time.
/// </summary>
internal sealed class Scope
{
    // The longest tail: /Workers/WK.../Reservations/WR... is 91 bytes, and statistics links are shorter.
    private const int TailMax = 128;

    private static readonly byte[] Root = Encoding.UTF8.GetBytes("/v1/Workspaces");

    private readonly ApiServices _services;
    private readonly Operation _operation;
    private readonly Caller _caller;
    private readonly WorkspaceLoop? _loop;
    private readonly byte[] _url;
    private readonly int _rootLength;
    private readonly int _workspaceLength;

    public Scope(HttpContext context, ApiServices services, Operation operation)
    {
        (Context, _services, _operation) = (context, services, operation);
        _caller = context.Features.GetRequiredFeature<Caller>();
        Origin = OriginOf(context, services);

        var originLength = Encoding.UTF8.GetByteCount(Origin);
        _rootLength = originLength + Root.Length;
        _url = new byte[_rootLength + 1 + Sid.TextLength + TailMax];
        Encoding.UTF8.GetBytes(Origin, _url);
        Root.CopyTo(_url, originLength);

        if (context.GetRouteValue("workspaceSid") is string text)
        {
            _loop = Sid.TryParse(text, SidKind.Workspace, out var sid)
                ? services.Directory.Find(AccountSid, sid)
                : null;
            _workspaceLength = Append(_rootLength, "/"u8, (_loop ?? throw NotFound()).Sid);
        }
    }

    public HttpContext Context { get; }

    /// <summary>Scheme and authority, without a slash at the end.</summary>
    public string Origin { get; }

    public Sid AccountSid => _caller.AccountSid;

    public Caller Caller => _caller;

    public WorkspaceDirectory Directory => _services.Directory;

    public ApiKeys Keys => _services.Keys;

    public FlexConfigurations Configurations => _services.Configurations;

    /// <summary>The account's configuration, when it is about this workspace.</summary>
    public ValueTask<AccountConfiguration?> FindConfigurationAsync() =>
        Configurations.FindAsync(AccountSid, WorkspaceSid);

    public EventLog Events => _services.Events;

    public JournalTables Journal => _services.Journal;

    public Switchboard Switchboard => _services.Switchboard;

    public WorkspaceLoop Loop => _loop ?? throw new InvalidOperationException("The route names no workspace.");

    public Sid WorkspaceSid => Loop.Sid;

    /// <summary>Asked for anew each time: after a command it holds that command's effect.</summary>
    public CommittedView View => Loop.View;

    /// <summary>Who sends this request.</summary>
    public Actor Actor => new(_caller.Grant?.WorkerSid ?? AccountSid, AddressOf(Context.Connection));

    public DateTimeOffset Now => _services.Time.GetUtcNow();

    public static string ResourceOf(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        return path.StartsWith("/v1/", StringComparison.Ordinal) ? path[3..].TrimEnd('/') : path;
    }

    /// <summary>Has the workspace do what this request's sender wants.</summary>
    public Task<TResult> ExecuteAsync<TResult>(Command<TResult> command) => Loop.ExecuteAsync(command, Actor);

    /// <inheritdoc cref="ExecuteAsync{TResult}"/>
    public Task ExecuteAsync(Command command) => Loop.ExecuteAsync(command, Actor);

    /// <summary>A token's policies may have had to read the form already.</summary>
    public ValueTask<Parameters> ReadFormAsync() => Context.Features.Get<Parameters>() is { } form
        ? ValueTask.FromResult(form)
        : ParameterReader.ReadFormAsync(Context.Request, _operation, _services.BodyBytesMax);

    /// <inheritdoc cref="RequestBody.ReadJsonAsync"/>
    public ValueTask<byte[]> ReadJsonAsync(params string[] types) =>
        RequestBody.ReadJsonAsync(Context.Request, _services.BodyBytesMax, types);

    public Parameters ReadQuery() => ParameterReader.ReadQuery(Context.Request, _operation);

    /// <summary>The value of a path segment.</summary>
    public string Segment(string name) => (string)Context.GetRouteValue(name)!;

    /// <summary>The SID in a path segment; none of ours is malformed, so a malformed one is not found.</summary>
    public Sid SidOf(string name, SidKind kind) =>
        Sid.TryParse(Segment(name), kind, out var sid) ? sid : throw NotFound();

    public Refusal NotFound() => Refusal.NotFound(ResourceOf(Context.Request));

    public void Answer<T>(int status, T value, Action<Utf8JsonWriter, T, Scope> write) => WireJson.Answer(
        Context.Response,
        status,
        (value, write, Scope: this),
        static (writer, answer) => answer.write(writer, answer.value, answer.Scope));

    public void AnswerNothing() => Context.Response.StatusCode = StatusCodes.Status204NoContent;

    /// <summary>An absolute URL below the workspace, valid until the next call.</summary>
    public ReadOnlySpan<byte> Url(ReadOnlySpan<byte> path = default) => _url.AsSpan(0, Append(_workspaceLength, path));

    /// <inheritdoc cref="Url(ReadOnlySpan{byte})"/>
    public ReadOnlySpan<byte> Url(ReadOnlySpan<byte> path, Sid sid, ReadOnlySpan<byte> tail = default) =>
        _url.AsSpan(0, Append(Append(_workspaceLength, path, sid), tail));

    /// <inheritdoc cref="Url(ReadOnlySpan{byte})"/>
    public ReadOnlySpan<byte> Url(ReadOnlySpan<byte> path, Sid sid, ReadOnlySpan<byte> tail, Sid tailSid) =>
        _url.AsSpan(0, Append(Append(_workspaceLength, path, sid), tail, tailSid));

    /// <summary>An absolute URL of or below any workspace of the account, valid until the next call.</summary>
    public ReadOnlySpan<byte> WorkspaceUrl(Sid workspaceSid, ReadOnlySpan<byte> tail = default) =>
        _url.AsSpan(0, Append(Append(_rootLength, "/"u8, workspaceSid), tail));

    /// <summary>Scheme and authority of URLs in an answer, without a slash at the end.</summary>
    public static string OriginOf(HttpContext context, ApiServices services) =>
        services.PublicUrl ?? OriginOf(context);

    private static string OriginOf(HttpContext context)
    {
        var host = context.Request.Host.Value;
        if (string.IsNullOrEmpty(host))
        {
            // HTTP/1.0 without a Host: the address the client has reached.
            var connection = context.Connection;
            host = new HostString(connection.LocalIpAddress?.ToString() ?? "localhost", connection.LocalPort).Value;
        }

        return $"{context.Request.Scheme}://{host}";
    }

    // A socket for both families shows callers by IPv4 as ::ffff:192.0.2.1.
    private static string? AddressOf(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4().ToString()
            : connection.RemoteIpAddress?.ToString();

    private int Append(int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(_url.AsSpan(length));
        return length + text.Length;
    }

    private int Append(int length, ReadOnlySpan<byte> text, Sid sid)
    {
        length = Append(length, text);
        return length + WireJson.Format(sid, _url.AsSpan(length));
    }
}

/// <summary>What every request needs of the server, looked up once.</summary>
/// <param name="PublicUrl">The configured origin of URLs in answers; null to take the request's.</param>
internal sealed record ApiServices(
    WorkspaceDirectory Directory,
    EventLog Events,
    JournalTables Journal,
    Switchboard Switchboard,
    ApiKeys Keys,
    FlexConfigurations Configurations,
    TimeProvider Time,
    string? PublicUrl,
    int BodyBytesMax);
