using System.Buffers;
using System.Text;
using TaskRouter.Engine.Model;
using TaskRouter.Engine.Routing;
using TaskRouter.Server.Access;
using TaskRouter.Server.Api.Contract;
using TaskRouter.Server.Hosting;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// Who is calling, and whether they may, before anything else happens: unknown paths are as closed as known ones. HTTP
/// Basic with an account's SID and token or a key's SID and secret; a token as Bearer, or as Basic with the user
/// <c>Token</c>. https://www.twilio.com/docs/usage/requests-to-twilio#credentials
/// </summary>
internal sealed class Credentials(
    RequestDelegate next,
    CredentialTable table,
    TokenReader tokens,
    WorkspaceDirectory directory,
    ApiServices services)
{
    private const string BasicScheme = "Basic ";
    private const string BearerScheme = "Bearer ";
    private const int PasswordHeaderMax = 1_024;
    private const int TokenHeaderMax = TokenReader.LengthMax * 4 / 3 + 64;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is { } metadata
            && (metadata.GetMetadata<OpenToAll>() is not null || metadata.GetMetadata<TokenWithin>() is not null))
        {
            return next(context);
        }

        string? authorization = context.Request.Headers.Authorization;
        if (authorization is null or { Length: > TokenHeaderMax })
        {
            return Refuse(context);
        }

        if (FindByPassword(authorization) is { } caller)
        {
            context.Features.Set(caller);
            return next(context);
        }

        return TokenIn(authorization) is { } token ? InvokeAsync(context, token) : Refuse(context);
    }

    private static Task Refuse(HttpContext context)
    {
        Refusals.Answer(context, new Refusal(401, Refusals.CredentialsCode, "Authenticate"));
        return Task.CompletedTask;
    }

    private Caller? FindByPassword(string authorization)
    {
        if (authorization.Length > PasswordHeaderMax
            || !authorization.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        Span<byte> given = stackalloc byte[PasswordHeaderMax];
        return Convert.TryFromBase64Chars(authorization.AsSpan(BasicScheme.Length).Trim(), given, out var length)
            ? table.Find(given[..length])
            : null;
    }

    private static string? TokenIn(string authorization)
    {
        if (authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
        {
            var token = authorization[BearerScheme.Length..].Trim();
            return TokenReader.IsToken(token) ? token : null;
        }

        if (!authorization.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var given = ArrayPool<byte>.Shared.Rent(authorization.Length);
        try
        {
            var prefix = "Token:"u8;
            if (!Convert.TryFromBase64Chars(authorization.AsSpan(BasicScheme.Length).Trim(), given, out var length)
                || !given.AsSpan(0, length).StartsWith(prefix))
            {
                return null;
            }

            var token = Encoding.Latin1.GetString(given, prefix.Length, length - prefix.Length);
            return TokenReader.IsToken(token) ? token : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(given, clearArray: true);
        }
    }

    private async Task InvokeAsync(HttpContext context, string token)
    {
        var caller = await tokens.ReadAsync(token);

        // A refusal tells nothing of what is there: it is the same whether the resource exists or not.
        if (!await AllowsAsync(context, caller))
        {
            throw new Refusal(403, Refusals.ForbiddenCode, "The token does not allow this request");
        }

        context.Features.Set(caller);
        await next(context);
    }

    private async ValueTask<bool> AllowsAsync(HttpContext context, Caller caller)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "/";
        return await AllowsAsync(
            directory,
            caller,
            request.Method,
            path,
            () => ParameterReader.ReadQuery(request, OperationOf(context)).Pairs,
            async () => (await ReadFormAsync(context)).Pairs);
    }

    /// <summary>Whether the caller's token allows a request, wherever the token was found.</summary>
    public static async ValueTask<bool> AllowsAsync(
        WorkspaceDirectory directory,
        Caller caller,
        string method,
        string path,
        Func<IEnumerable<KeyValuePair<string, string>>> readQuery,
        Func<ValueTask<IReadOnlyList<KeyValuePair<string, string>>>> readFormAsync)
    {
        var grant = caller.Grant!;
        var view = directory.Find(caller.AccountSid, grant.WorkspaceSid)?.View;
        return IsWorkerThere(grant, view)
            && await grant.AllowsAsync(method, path, readQuery, readFormAsync)
            && (grant.TaskToHold(method, path) is not { } taskSid || HasReservation(grant, view, taskSid));
    }

    /// <summary>
    /// Whether the worker that the token speaks for is there. It may have been deleted, or be of another workspace.
    /// </summary>
    private static bool IsWorkerThere(Grant grant, CommittedView? view) =>
        view is null || grant.WorkerSid is not { } workerSid || view.Workers.Find(workerSid) is not null;

    // Who refused the task, or did not answer in time, has no more to do with it. Who has completed it may still write
    // down how it went.
    private static bool HasReservation(Grant grant, CommittedView? view, Sid taskSid) =>
        grant.OnlyTasksOf is { } workerSid
        && view is not null
        && view.ReservationsOfTask(taskSid).After(null).Any(reservation => reservation.WorkerSid == workerSid
            && (reservation.IsActive || reservation.Status == ReservationStatus.Completed));

    private static Operation OperationOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<Operation>() ?? Operation.None;

    // A body can be read once: the handler finds here what it would read.
    private async Task<Parameters> ReadFormAsync(HttpContext context)
    {
        if (context.Features.Get<Parameters>() is not { } form)
        {
            form = HttpMethods.IsPost(context.Request.Method)
                ? await ParameterReader.ReadFormAsync(context.Request, OperationOf(context), services.BodyBytesMax)
                : Parameters.None;
            context.Features.Set(form);
        }

        return form;
    }
}

/// <summary>Marks an endpoint that answers without credentials.</summary>
internal sealed class OpenToAll;

/// <summary>Marks an endpoint whose requests carry a token in their URL or body, which it checks itself.</summary>
internal sealed class TokenWithin;
