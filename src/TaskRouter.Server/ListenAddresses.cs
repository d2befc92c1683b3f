using System.Net;
using System.Net.Sockets;

namespace TaskRouter.Server;

/// <summary>
/// Addresses to listen on, separated by ';'. Kestrel takes any name for every network card; here a mistyped one is an
/// error.
/// </summary>
internal static class ListenAddresses
{
    /// <summary>The addresses, of which there is one at least.</summary>
    /// <exception cref="FormatException">Says what is wrong.</exception>
    public static IReadOnlyList<BindingAddress> Parse(string text)
    {
        var addresses = Split(text).Select(ParseOne).ToList();
        return addresses.Count > 0 ? addresses : throw new FormatException("names no address to listen on");
    }

    public static IEnumerable<string> Split(string text) =>
        text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc cref="Parse"/>
    public static BindingAddress ParseOne(string text)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"'{text}' must be an address such as http://127.0.0.1:8080", exception);
        }

        if (!address.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase)
            && !address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException($"{text} must begin with http:// or https://");
        }

        if (address.IsUnixPipe)
        {
            CheckSocketPath(text, address.UnixPipePath);
            return address;
        }

        if (address.Host is not ("+" or "*")
            && !address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            && !IPAddress.TryParse(address.Host, out _))
        {
            throw new FormatException($"the host of {text} must be localhost, an IP address, or + for all of them");
        }

        return address.Port is >= 0 and <= IPEndPoint.MaxPort
            ? address
            : throw new FormatException($"the port of {text} must be from 0 to {IPEndPoint.MaxPort}");
    }

    private static void CheckSocketPath(string text, string path)
    {
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"the path of {text} is empty or too long for a socket", exception);
        }
    }
}
