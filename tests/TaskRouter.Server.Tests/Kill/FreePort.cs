using System.Net;
using System.Net.Sockets;

namespace TaskRouter.Server.Tests.Kill;

/// <summary>
/// A port for somebody who goes and comes back to it. None of those that the system hands to outgoing connections
/// (32768 and up on Linux): one of them would take it meanwhile.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Last = 19_999;

    public static int Find()
    {
        for (; ; )
        {
            var port = Random.Shared.Next(First, Last + 1);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }
}
