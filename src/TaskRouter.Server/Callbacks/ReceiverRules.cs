using System.Net;
using System.Net.Sockets;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// Where callbacks may go. Whoever may set a callback URL could otherwise reach, through this server, what only this
/// server can reach. Asked with the very address that is about to be connected to, so that neither the spelling of a
/// URL nor a name that resolves differently the second time gets around it.
/// </summary>
internal sealed class ReceiverRules
{
    public static readonly ReceiverRules Default = new();

    // Link-local, and where clouds tell a machine its secrets outside of that.
    private static readonly IPNetwork[] Closed =
    [
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("fe80::/10"),

        // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
        IPNetwork.Parse("fd00:ec2::254/128"),

        // https://cloud.google.com/compute/docs/metadata/querying-metadata
        IPNetwork.Parse("fd20:ce::254/128"),

        // https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
        IPNetwork.Parse("100.100.100.200/32"),
    ];

    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>When it names anything, nothing else may be called.</summary>
    public ReceiverList Allowed { get; init; } = ReceiverList.Empty;

    /// <summary>What may never be called, whatever <see cref="Allowed"/> says.</summary>
    public ReceiverList Denied { get; init; } = ReceiverList.Empty;

    /// <param name="host">The name in the URL, or an address as text.</param>
    /// <param name="address">One of those that it stands for.</param>
    public bool Allow(string host, IPAddress address)
    {
        var forms = FormsOf(address);
        return !Denied.HasName(host)
            && !forms.Any(Denied.Has)
            && (Allowed.IsEmpty || Allowed.HasName(host) || forms.Any(Allowed.Has))
            && forms.All(IsOpen);
    }

    /// <summary>Connects to the first of the host's addresses that answers, of those that may be called.</summary>
    /// <exception cref="ReceiverDeniedException">None may be called.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, stop);
        var allowed = Array.FindAll(addresses, address => Allow(host, address));
        if (allowed.Length == 0 && addresses.Length > 0)
        {
            throw new ReceiverDeniedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsOpen(IPAddress address) =>
        Closed.All(network => !network.Contains(address) || Allowed.HasWithin(network, address));

    /// <summary>The address, and the IPv4 address that it leads to when it is only another way to write one.</summary>
    private static IPAddress[] FormsOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return [OrLoopback(address)];
        }

        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6)
        {
            return [OrLoopback(address.MapToIPv4())];
        }

        if (address.Equals(IPAddress.IPv6Loopback) || address.Equals(IPAddress.IPv6Any))
        {
            return [IPAddress.IPv6Loopback];
        }

        // A scope ("fe80::1%eth0") is no part of what a network is compared with.
        var plain = new IPAddress(bytes);
        return Compatible.Contains(plain) || Nat64.Contains(plain) ? [plain, OrLoopback(new IPAddress(bytes[12..]))]
            : SixToFour.Contains(plain) ? [plain, OrLoopback(new IPAddress(bytes[2..6]))]
            : [plain];
    }

    // Linux connects 0.0.0.0 to the machine itself.
    private static IPAddress OrLoopback(IPAddress address) =>
        address.Equals(IPAddress.Any) ? IPAddress.Loopback : address;
}

/// <summary>The receiver's address is one that this server must not call.</summary>
internal sealed class ReceiverDeniedException() : Exception("The receiver's address is not allowed.");
