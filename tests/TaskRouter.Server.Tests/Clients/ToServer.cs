namespace TaskRouter.Server.Tests.Clients;

/// <summary>As docs/clients.md has it: the library has its hosts built in.</summary>
internal sealed class ToServer(Uri server, params string[] hosts)
    : DelegatingHandler(new HttpClientHandler { AllowAutoRedirect = false })
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        if (hosts.Contains(request.RequestUri!.Host))
        {
            request.RequestUri = new Uri(server, request.RequestUri.PathAndQuery);
        }

        return base.SendAsync(request, stop);
    }
}
