using System.Diagnostics;
using Shouldly;
using TaskRouter.Server.Access;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>A zoo of receivers, each bad in its own way: how a call to one ends, and what others notice.</summary>
[Collection(nameof(MeasuredCollection))]
public sealed class BadReceiverTests
{
    // What TLS, the answer's parts and timers hold on to for two hundred calls under way at once.
    private const long MemoryMax = 64 * 1024 * 1024;

    private const double SlownessMax = 1.5;
    private const int RoundsMax = 6;

    private static readonly AccountDirectory Accounts = new([new Account(default, "token")]);

    // Codes of the failure, by the name of the receiver; 0 for an answer, which says nothing useful.
    private static readonly Dictionary<string, int[]> Codes = new()
    {
        ["hangs"] = [11200],
        ["drips-its-head"] = [11200],
        ["drips-its-body"] = [11200],
        ["closes"] = [11200],
        ["resets"] = [11200, 11205],
        ["speaks-garbage"] = [11206],
        ["fails"] = [11200],
        ["refuses"] = [11200],
        ["throttles"] = [11200],
        ["announces-100-megabytes"] = [11750],
        ["never-ends"] = [11750],
        ["sends-a-gzip-bomb"] = [0],
        ["sends-200000-headers"] = [11750],
        ["sends-deep-json"] = [0],
        ["breaks-its-json"] = [0],
        ["sends-html"] = [0],
        ["redirects-to-itself"] = [11200],
        ["redirects-to-metadata"] = [11200],
        ["speaks-no-tls"] = [11220],
        ["has-a-wrong-certificate"] = [11220],
        ["starts-tls-and-hangs"] = [11205],
    };

    [Fact]
    public async Task Each_of_them_ends_in_time_with_its_reason_and_in_bounded_memory()
    {
        var receivers = BadReceiver.StartAll();
        using var sender = new CallbackSender(
            Accounts, ReceiverRules.Default, TestInstruments.Create(), TimeProvider.System);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();

        var calls = receivers
            .SelectMany(receiver => Enumerable.Range(0, 10).Select(async _ => (
                receiver.Name, Answer: await sender.SendAsync(Request(receiver.Url), CancellationToken.None))))
            .ToList();
        await Task.Delay(1_000);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(MemoryMax);
        var answers = await Task.WhenAll(calls);

        // Two seconds by the URL, and the rest for a busy machine: receivers that hang do so for a minute and more.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        answers.Select(call => call.Name).Distinct().ShouldBe(Codes.Keys, ignoreOrder: true);
        foreach (var (name, answer) in answers)
        {
            var code = answer.Failure?.Code ?? 0;
            Codes[name].ShouldContain(code, $"{name}: {answer.Failure}");
            AssignmentInstruction.Of(answer).ShouldBeOfType<AssignmentInstruction.Failed>(name);
        }

        // Nobody is called a second time, wherever a redirect points.
        receivers.Single(receiver => receiver.Name == "redirects-to-itself").Calls.ShouldBe(10);
        foreach (var receiver in receivers)
        {
            await receiver.DisposeAsync();
        }
    }

    [Fact]
    public async Task They_hold_up_no_other_workspace_and_no_other_workflow()
    {
        await using var quiet = await ZooScene.StartAsync([]);
        var receivers = BadReceiver.StartAll();
        await using (var zoo = await ZooScene.StartAsync(receivers))
        {
            await quiet.RouteAsync(tasks: 30);
            await zoo.RouteAsync(tasks: 30);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            List<string> rounds = [];

            // On a busy machine a round may be unlucky. Callbacks that are held up are slow in every one.
            while (await MeasureAsync(quiet, zoo, rounds) > SlownessMax)
            {
                rounds.Count.ShouldBeLessThan(RoundsMax, string.Join('\n', rounds));
            }

            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', rounds));
            (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(MemoryMax);
            receivers.ShouldAllBe(receiver => receiver.Calls > 1, string.Join('\n', receivers.Select(receiver =>
                $"{receiver.Name}: {receiver.Calls}")));
        }

        foreach (var receiver in receivers)
        {
            await receiver.DisposeAsync();
        }
    }

    /// <summary>
    /// How many times slower it is beside the zoo, in the middle or for the slowest tenth, whichever is worse. Both in
    /// turns, so that whatever else the machine does falls on both.
    /// </summary>
    private static async Task<double> MeasureAsync(ZooScene quiet, ZooScene zoo, List<string> rounds)
    {
        List<double> inQuiet = [], inZoo = [];
        await zoo.FloodAsync();
        for (var block = 0; block < 8; block++)
        {
            inQuiet.AddRange(await quiet.RouteAsync(tasks: 25));
            inZoo.AddRange(await zoo.RouteAsync(tasks: 25));
        }

        inQuiet.Sort();
        inZoo.Sort();
        var (median, medianInZoo) = (inQuiet[inQuiet.Count / 2], inZoo[inZoo.Count / 2]);
        var (slow, slowInZoo) = (inQuiet[inQuiet.Count * 9 / 10], inZoo[inZoo.Count * 9 / 10]);
        rounds.Add(FormattableString.Invariant(
            $"median {median:F2} ms, with the zoo {medianInZoo:F2} ms; p90 {slow:F2} ms, with it {slowInZoo:F2} ms"));
        return Math.Max(medianInZoo / median, slowInZoo / slow);
    }

    private static CallbackRequest Request(string url) => new(
        default, CallbackUrl.Of(url + "#tt=2000")!, [new("a", "b")], Guid.NewGuid(), TimeSpan.FromSeconds(5))
    {
        Kind = "assignment",
        At = default,
    };
}
