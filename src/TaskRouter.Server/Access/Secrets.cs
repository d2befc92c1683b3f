using System.Security.Cryptography;

namespace TaskRouter.Server.Access;

/// <summary>Auth tokens and API key secrets that this server makes: 190 bits of chance.</summary>
internal static class Secrets
{
    private const int Length = 32;

    // Letters and digits only: Twilio's Go client refuses anything else before it sends a request.
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string New() => RandomNumberGenerator.GetString(Characters, Length);
}
