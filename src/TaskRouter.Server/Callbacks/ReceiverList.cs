using System.Globalization;
using System.Net;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// Hosts, as a setting names them: <c>crm.example.com</c>, <c>*.example.com</c> (every name below, not itself),
/// <c>192.0.2.7</c>, <c>10.0.0.0/8</c>.
/// </summary>
internal sealed class ReceiverList
{
    public static readonly ReceiverList Empty = new([], [], []);

    private readonly string[] _names;
    private readonly string[] _suffixes;
    private readonly IPNetwork[] _networks;

    private ReceiverList(string[] names, string[] suffixes, IPNetwork[] networks) =>
        (_names, _suffixes, _networks) = (names, suffixes, networks);

    public bool IsEmpty => _names.Length + _suffixes.Length + _networks.Length == 0;

    /// <summary>Reads a list separated by commas.</summary>
    /// <exception cref="FormatException">Names the entry that is none.</exception>
    public static ReceiverList Parse(string text)
    {
        List<string> names = [], suffixes = [];
        List<IPNetwork> networks = [];
        foreach (var entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (NetworkOf(entry) is { } network)
            {
                networks.Add(network);
            }
            else if (entry.StartsWith("*.", StringComparison.Ordinal) && NameOf(entry[2..]) is { } parent)
            {
                suffixes.Add("." + parent);
            }
            else
            {
                names.Add(NameOf(entry) ?? throw new FormatException(
                    $"'{entry}' is not a host name, *.name, an address or a network such as 10.0.0.0/8"));
            }
        }

        return new ReceiverList([.. names], [.. suffixes], [.. networks]);
    }

    /// <param name="host">In its ASCII form.</param>
    public bool HasName(string host)
    {
        var name = host.TrimEnd('.');
        return _names.Contains(name, StringComparer.OrdinalIgnoreCase)
            || _suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }

    public bool Has(IPAddress address) => _networks.Any(network => network.Contains(address));

    /// <summary>True when an entry means the address, not only by accident of being wider than this network.</summary>
    public bool HasWithin(IPNetwork outer, IPAddress address) => _networks.Any(network =>
        network.PrefixLength >= outer.PrefixLength
        && outer.Contains(network.BaseAddress)
        && network.Contains(address));

    private static IPNetwork? NetworkOf(string entry)
    {
        if (IPNetwork.TryParse(entry, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(entry.Trim('[', ']'), out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
    }

    private static string? NameOf(string entry)
    {
        try
        {
            var ascii = new IdnMapping().GetAscii(entry.TrimEnd('.'));
            return Uri.CheckHostName(ascii) == UriHostNameType.Dns ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
