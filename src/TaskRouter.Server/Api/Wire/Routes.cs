using TaskRouter.Server.Api.Contract;

namespace TaskRouter.Server.Api.Wire;

/// <summary>
/// Maps paths to handlers. Handlers take the request's <see cref="Scope"/> and write the answer themselves, so that
/// nothing stands between the path and the code: no binding, no reflection.
/// </summary>
internal sealed class Routes(IEndpointRouteBuilder endpoints, ApiServices services, string prefix = "")
{
    // RFC 9110: HEAD is GET without the body, which Kestrel leaves out.
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] Write = [HttpMethods.Post];
    private static readonly string[] Remove = [HttpMethods.Delete];

    public Routes Under(string path) => new(endpoints, services, prefix + path);

    /// <summary>Most reads are answered from memory and never wait.</summary>
    public void Get(string path, Operation operation, Action<Scope> handler)
    {
        RequestDelegate run = context =>
        {
            handler(new Scope(context, services, operation));
            return Task.CompletedTask;
        };
        endpoints.MapMethods(prefix + path, Read, run).WithMetadata(operation);
    }

    /// <summary>For what memory does not hold: the database is asked.</summary>
    public void Get(string path, Operation operation, Func<Scope, Task> handler)
    {
        RequestDelegate run = context => handler(new Scope(context, services, operation));
        endpoints.MapMethods(prefix + path, Read, run).WithMetadata(operation);
    }

    public void Post(string path, Operation operation, Func<Scope, Task> handler)
    {
        RequestDelegate run = context => handler(new Scope(context, services, operation));
        endpoints.MapMethods(prefix + path, Write, run).WithMetadata(operation);
    }

    public void Delete(string path, Operation operation, Func<Scope, Task> handler)
    {
        RequestDelegate run = context => handler(new Scope(context, services, operation));
        endpoints.MapMethods(prefix + path, Remove, run).WithMetadata(operation);
    }
}
