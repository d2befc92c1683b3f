using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Events;
using TaskRouter.Server;
using TaskRouter.Server.Hosting;
using TaskRouter.Server.Storage;

namespace TaskRouter.Bench.History;

/// <summary>A server over a month that was written, and a client of it.</summary>
internal sealed class HistoryServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private HistoryServer(WebApplication server, Account account)
    {
        _server = server;
        Client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.Sid}:{account.AuthToken}")));
    }

    public HttpClient Client { get; }

    public static async Task<HistoryServer> StartAsync(Account account, StorageOptions storage)
    {
        var options = new TaskRouterOptions
        {
            Account = account,
            DataDirectory = storage.DataDirectory,
            PostgresConnectionString = storage.PostgresConnectionString,
            Urls = "http://127.0.0.1:0",
            LogLevel = LogEventLevel.Error,
            Retention = new RetentionOptions { FirstPause = TimeSpan.FromDays(1) },
            HourlySums = new HourlySumsOptions { Breath = TimeSpan.Zero },
        };
        var server = TaskRouter.Server.Program.Build(options, account, new StandingTime());
        await server.StartAsync();

        // A server that was there all the month has done it hour by hour.
        await server.Services.GetRequiredService<HourlySums>().RunOnceAsync(CancellationToken.None);
        return new HistoryServer(server, account);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }
}
