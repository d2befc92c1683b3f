using System.Security.Cryptography;
using System.Text;

namespace TaskRouter.Server.Callbacks;

/// <summary>
/// The value of X-Twilio-Signature, by which a receiver knows that a request comes from its own TaskRouter.
/// https://www.twilio.com/docs/usage/webhooks/webhooks-security
/// </summary>
internal static class RequestSignature
{
    public const string Header = "X-Twilio-Signature";

    /// <param name="url">With query, without fragment and user-info: what the receiver sees.</param>
    /// <param name="form">Decoded names and values, in any order.</param>
    public static string Compute(string authToken, string url, IEnumerable<KeyValuePair<string, string>> form)
    {
        var signed = new StringBuilder(url);

        // Twilio's validators sort names and a name's distinct values, so the order of the form does not matter.
        foreach (var (name, value) in form
            .Distinct()
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .ThenBy(field => field.Value, StringComparer.Ordinal))
        {
            signed.Append(name).Append(value);
        }

#pragma warning disable CA5350 // HMAC-SHA1 is what the header is defined as.
        var hash = HMACSHA1.HashData(Encoding.UTF8.GetBytes(authToken), Encoding.UTF8.GetBytes(signed.ToString()));
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }
}
