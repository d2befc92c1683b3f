using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using TaskRouter.Server.Tests.Api;
using Xunit;

namespace TaskRouter.Server.Tests.Telemetry;

/// <summary>Measurements sent to a collector. https://opentelemetry.io/docs/specs/otlp/#otlphttp</summary>
public sealed class OtlpExportTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/otel/")]
    public async Task A_collector_gets_what_was_measured(string path)
    {
        var posts = new ConcurrentQueue<(string Target, string? Type, byte[] Body)>();
        await using var collector = await CollectAsync(posts);
        var endpoint = new Uri(collector.Urls.Single() + path);
        await using (var server = await TestServer.StartAsync(
            options => options with { Telemetry = new() { OtlpEndpoint = endpoint } }))
        {
            await TestWorkspace.CreateAsync(server);
        }

        var (target, type, body) = posts.ShouldHaveSingleItem();
        target.ShouldBe($"POST {path.TrimEnd('/')}/v1/metrics");
        type.ShouldBe("application/x-protobuf");

        // ExportMetricsServiceRequest.resource_metrics.scope_metrics: .scope.name and .metrics.name.
        Texts(body, 1, 2, 1, 1).ShouldContain("TaskRouter");
        Texts(body, 1, 2, 1, 1).ShouldContain("Microsoft.AspNetCore.Hosting");
        var metrics = Texts(body, 1, 2, 2, 1).ToList();
        metrics.ShouldContain("taskrouter.commands");
        metrics.ShouldContain("taskrouter.commit.duration");
        metrics.ShouldContain("taskrouter.tasks");
        metrics.ShouldContain("http.server.request.duration");
    }

    [Fact]
    public async Task A_collector_that_is_away_harms_nobody()
    {
        await using var server = await TestServer.StartAsync(
            options => options with { Telemetry = new() { OtlpEndpoint = new Uri("http://127.0.0.1:1") } });

        await TestWorkspace.CreateAsync(server);
    }

    private static async Task<WebApplication> CollectAsync(
        ConcurrentQueue<(string Target, string? Type, byte[] Body)> posts)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        builder.Logging.ClearProviders();
        var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            posts.Enqueue((
                $"{context.Request.Method} {context.Request.Path}", context.Request.ContentType, body.ToArray()));
        });
        await collector.StartAsync();
        return collector;
    }

    /// <summary>The texts at the end of a path of field numbers.</summary>
    private static IEnumerable<string> Texts(byte[] message, params int[] path)
    {
        foreach (var content in Fields(message).Where(field => field.Number == path[0]).Select(field => field.Content))
        {
            if (path.Length == 1)
            {
                yield return Encoding.UTF8.GetString(content);
                continue;
            }

            foreach (var text in Texts(content, path[1..]))
            {
                yield return text;
            }
        }
    }

    /// <summary>The length-delimited fields of a message. https://protobuf.dev/programming-guides/encoding/</summary>
    private static List<(int Number, byte[] Content)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        var position = 0;
        int Varint()
        {
            var value = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var part = message[position++];
                value |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80)
                {
                    return (int)value;
                }
            }
        }

        while (position < message.Length)
        {
            var tag = Varint();
            switch (tag & 7)
            {
                case 0:
                    Varint();
                    break;
                case 1:
                    position += 8;
                    break;
                case 2:
                    var length = Varint();
                    fields.Add((tag >> 3, message[position..(position + length)]));
                    position += length;
                    break;
                default:
                    position += 4;
                    break;
            }
        }

        return fields;
    }
}
