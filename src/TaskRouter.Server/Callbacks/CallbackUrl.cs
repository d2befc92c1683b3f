using System.Net.Http.Headers;
using System.Text;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// A URL to call, taken apart: what goes on the wire, what only configures the connection, what may be logged.
/// </summary>
internal sealed class CallbackUrl
{
    private CallbackUrl(Uri uri)
    {
        // An IPv6 address needs its brackets, which only Host has; other names their ASCII form, as in the Host header.
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        Receiver = uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
        Text = Receiver + uri.PathAndQuery;
        Loggable = Receiver + uri.AbsolutePath;
        Address = new Uri(Text);
        Overrides = ConnectionOverrides.Parse(uri.Fragment);
        Credentials = CredentialsOf(uri.UserInfo);
    }

    /// <summary>
    /// The URL as the receiver can see it, which is also what is signed: no fragment, no user-info, no default port.
    /// </summary>
    public string Text { get; }

    public Uri Address { get; }

    /// <summary>Scheme, host and port: who is called.</summary>
    public string Receiver { get; }

    /// <summary>Without the query, where receivers keep keys.</summary>
    public string Loggable { get; }

    public ConnectionOverrides Overrides { get; }

    /// <summary>
    /// From <c>https://user:password@host/</c>. https://www.twilio.com/docs/usage/security#http-authentication
    /// </summary>
    public AuthenticationHeaderValue? Credentials { get; }

    /// <summary>Null for anything but an absolute http or https URL.</summary>
    public static CallbackUrl? Of(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            return null;
        }

        try
        {
            return new CallbackUrl(uri);
        }
        catch (UriFormatException)
        {
            // Uri looks at a foreign host name only when asked for its ASCII form.
            return null;
        }
    }

    private static AuthenticationHeaderValue? CredentialsOf(string userInfo) => userInfo.Length == 0
        ? null
        : new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(userInfo))));
}
