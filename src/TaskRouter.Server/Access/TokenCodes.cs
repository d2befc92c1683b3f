using Microsoft.IdentityModel.Tokens;
using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Access;

/// <summary>
/// Twilio's codes for what can be wrong with a token; each kind has its own. https://www.twilio.com/docs/api/errors
/// </summary>
internal sealed record TokenCodes(
    string Kind,
    int Token,
    int Header,
    int Issuer,
    int Claims,
    int Expired,
    int NotYetValid,
    int LifetimeTooLong,
    int Signature)
{
    public static readonly TokenCodes Access = new(
        "access token",
        Token: 20101,
        Header: 20102,
        Issuer: 20103,
        Claims: 20106,
        Expired: 20104,
        NotYetValid: 20105,
        LifetimeTooLong: 20157,
        Signature: 20107);

    public static readonly TokenCodes Capability = new(
        "capability token",
        Token: 20160,
        Header: 20152,
        Issuer: 20153,
        Claims: 20154,
        Expired: 20156,
        NotYetValid: 20155,
        LifetimeTooLong: 20157,
        Signature: 20159);

    /// <summary>What the library's complaint is called here.</summary>
    public int Of(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException => Expired,
        SecurityTokenNotYetValidException => NotYetValid,
        SecurityTokenNoExpirationException => Claims,
        SecurityTokenInvalidLifetimeException => LifetimeTooLong,
        SecurityTokenInvalidSignatureException => Signature,
        _ => Token,
    };

    /// <summary>Names the complaint and shows nothing of the token.</summary>
    public Refusal Refuse(int code)
    {
        var reason = code == Header ? "its header is wrong"
            : code == Issuer ? "its issuer or subject is wrong"
            : code == Claims ? "its claims are incomplete or wrong"
            : code == Expired ? "it has expired"
            : code == NotYetValid ? "it is not valid yet"
            : code == LifetimeTooLong ? "it is valid for more than 24 hours"
            : code == Signature ? "its signature is wrong"
            : "it cannot be read";
        return new Refusal(401, code, $"Invalid {Kind}: {reason}");
    }
}
