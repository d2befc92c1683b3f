using System.Net;
using System.Net.Sockets;
using Shouldly;
using TaskRouter.Engine.Model;
using TaskRouter.Server.Access;
using TaskRouter.Server.Callbacks;
using Xunit;

namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>Where callbacks may go, asked of the rules and tried over sockets.</summary>
public sealed class ReceiverRulesTests
{
    private static readonly AccountDirectory Accounts = new([new Account(default, "token")]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("198.51.100.1")]
    [InlineData("::1")]
    [InlineData("fc00::1")]
    [InlineData("2001:db8::1")]
    [InlineData("100.100.100.201")]
    public void Without_lists_ordinary_addresses_may_be_called(string address) =>
        ReceiverRules.Default.Allow("host", IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("febf::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("100.100.100.200")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("64:ff9b::6464:64c8")]
    [InlineData("2002:a9fe:a9fe::1")]
    public void Without_lists_link_local_and_metadata_addresses_may_not_be_called(string address) =>
        ReceiverRules.Default.Allow("host", IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("169.254.0.0/16", true)]
    [InlineData("169.254.169.0/24", true)]
    [InlineData("0.0.0.0/0", false)]
    [InlineData("168.0.0.0/7", false)]
    [InlineData("169.254.1.0/24", false)]
    [InlineData("host", false)]
    [InlineData("*.internal", false)]
    public void Only_an_entry_that_means_them_opens_them(string allowed, bool opens)
    {
        var rules = new ReceiverRules { Allowed = ReceiverList.Parse(allowed + ",host,*.internal") };

        rules.Allow("host", IPAddress.Parse("169.254.169.254")).ShouldBe(opens);
        rules.Allow("metadata.google.internal", IPAddress.Parse("169.254.169.254")).ShouldBe(opens);
        rules.Allow("host", IPAddress.Parse("::ffff:169.254.169.254")).ShouldBe(opens);
        rules.Allow("host", IPAddress.Parse("198.51.100.1")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("hooks.example.com", "198.51.100.1", true)]
    [InlineData("HOOKS.Example.com.", "198.51.100.1", true)]
    [InlineData("a.hooks.example.com", "198.51.100.1", false)]
    [InlineData("a.b.crm.example", "198.51.100.1", true)]
    [InlineData("crm.example", "198.51.100.1", false)]
    [InlineData("evilcrm.example", "198.51.100.1", false)]
    [InlineData("xn--zo-ija.example", "198.51.100.1", true)]
    [InlineData("other.example", "10.20.30.40", true)]
    [InlineData("other.example", "::ffff:10.20.30.40", true)]
    [InlineData("other.example", "10.21.0.1", false)]
    [InlineData("other.example", "192.0.2.7", true)]
    [InlineData("other.example", "2001:db8::7", true)]
    [InlineData("other.example", "2001:db8::8", false)]
    public void An_allow_list_lets_nothing_else_through(string host, string address, bool allowed)
    {
        var rules = new ReceiverRules
        {
            Allowed = ReceiverList.Parse(
                "hooks.example.com, *.crm.example, 10.20.0.0/16, 192.0.2.7, [2001:db8::7], zoë.example"),
        };

        rules.Allow(host, IPAddress.Parse(address)).ShouldBe(allowed);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("64:ff9b::a01:203")]
    [InlineData("2002:a01:203::")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    public void A_deny_list_wins_in_every_spelling(string address)
    {
        var rules = new ReceiverRules
        {
            Allowed = ReceiverList.Parse("0.0.0.0/0,::/0,host"),
            Denied = ReceiverList.Parse("127.0.0.0/8,::1,10.0.0.0/8"),
        };

        rules.Allow("host", IPAddress.Parse(address)).ShouldBeFalse();
        rules.Allow("host", IPAddress.Parse("11.1.2.3")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("http://example.com")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a.*.example.com")]
    [InlineData("10.0.0.0/33")]
    [InlineData("example.com:80")]
    public void What_is_no_host_is_a_problem_at_the_start(string entry) =>
        Should.Throw<FormatException>(() => ReceiverList.Parse("10.0.0.0/8," + entry)).Message.ShouldContain(entry);

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://localhost")]
    [InlineData("http://2130706433")]
    [InlineData("http://0x7f000001")]
    [InlineData("http://0x7f.0.0.1")]
    [InlineData("http://0177.0.0.1")]
    [InlineData("http://017700000001")]
    [InlineData("http://127.1")]
    [InlineData("http://127.0.1")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    [InlineData("http://[::ffff:7f00:1]")]
    [InlineData("http://[0:0:0:0:0:ffff:7f00:0001]")]
    [InlineData("http://127。0。0。1")]
    [InlineData("http://example.com@127.0.0.1")]
    [InlineData("http://example.com:80@127.0.0.1")]
    [InlineData("https://127.0.0.1")]
    public async Task No_spelling_of_loopback_gets_through(string start)
    {
        using var canary = new TcpListener(IPAddress.IPv6Any, 0);
        canary.Server.DualMode = true;
        canary.Start();
        var port = ((IPEndPoint)canary.LocalEndpoint).Port;

        // The canary is where each of them leads when nothing is denied; otherwise the test would prove nothing.
        var url = CallbackUrl.Of($"{start}:{port}/").ShouldNotBeNull();
        (await SendAsync("", url)).ShouldNotBe(CallbackFailure.Denied);
        canary.Pending().ShouldBeTrue();
        canary.AcceptTcpClient().Dispose();

        var failure = await SendAsync("127.0.0.0/8, ::1", url);

        failure.ShouldBe(CallbackFailure.Denied);
        canary.Pending().ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://0")]
    [InlineData("http://[::]")]
    [InlineData("http://LOCALHOST.")]
    [InlineData("http://①②⑦.⓪.⓪.①")]
    public async Task Nor_does_one_that_not_every_machine_understands(string start)
    {
        using var canary = new TcpListener(IPAddress.IPv6Any, 0);
        canary.Server.DualMode = true;
        canary.Start();
        var url = CallbackUrl.Of($"{start}:{((IPEndPoint)canary.LocalEndpoint).Port}/");

        (await SendAsync("127.0.0.0/8, ::1", url.ShouldNotBeNull())).ShouldNotBeNull().Code.ShouldBeOneOf(11205, 11210);

        canary.Pending().ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00:ec2::254]/latest/meta-data/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://100.100.100.200/")]
    public async Task Metadata_is_out_of_reach_without_any_setting(string url) =>
        (await SendAsync("", CallbackUrl.Of(url)!)).ShouldBe(CallbackFailure.Denied);

    [Fact]
    public async Task A_denied_name_is_denied_wherever_it_leads()
    {
        await using var receiver = await HttpReceiver.StartAsync("{}");
        var port = new Uri(receiver.Url).Port;

        (await SendAsync("localhost", CallbackUrl.Of($"http://localhost:{port}/")!)).ShouldBe(CallbackFailure.Denied);
        (await SendAsync("localhost", CallbackUrl.Of($"http://127.0.0.1:{port}/")!)).ShouldBeNull();
        receiver.Calls.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1/")]
    [InlineData("//127.0.0.1/")]
    [InlineData("http://%31%32%37.0.0.1/")]
    [InlineData("ws://127.0.0.1/")]
    public void Nothing_but_an_http_or_https_URL_is_called(string url) => CallbackUrl.Of(url).ShouldBeNull();

    private static async Task<CallbackFailure?> SendAsync(string denied, CallbackUrl url)
    {
        using var sender = new CallbackSender(
            Accounts,
            new ReceiverRules { Denied = ReceiverList.Parse(denied) },
            TestInstruments.Create(),
            TimeProvider.System);
        var request = new CallbackRequest(
            default(Sid), url, [new("a", "b")], Guid.Empty, TimeSpan.FromMilliseconds(500))
        {
            Kind = "assignment",
            At = default,
        };
        return (await sender.SendAsync(request, Stop)).Failure;
    }
}
