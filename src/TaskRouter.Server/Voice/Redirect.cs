namespace TaskRouter.Server.Voice;

/// <summary>
/// Has other TwiML answer a call. https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks#redirect
/// </summary>
internal sealed record Redirect : VoiceInstruction
{
    private const string Prefix = "Redirect";

    public static readonly VoiceParameter CallSid = VoiceParameter.Of(
        Prefix, "CallSid", VoiceType.CallSid, "redirect: the call") with
    {
        Code = 40121,
        Example = "CA0192a7c4e5f67a8b9c0d1e2f3a4b5c6d",
    };

    public static readonly VoiceParameter Url = VoiceParameter.Of(
        Prefix, "Url", VoiceType.Url, "redirect: TwiML for the call") with
    {
        Code = 40120,
    };

    public static readonly VoiceParameter Accept = VoiceParameter.Of(
        Prefix, "Accept", VoiceType.Flag, "redirect: whether it accepts the reservation") with
    {
        Default = "false",
    };

    public static readonly InstructionKind Definition = new("redirect", [CallSid, Url, Accept], Read)
    {
        WrongStatusCode = 40123,
        LateCode = 40123,
        FailureCode = 40122,
    };

    private Redirect(InstructionValues values)
        : base(Definition, To: null, From: null, values.Flag(Accept), values)
    {
    }

    private static Redirect Read(InstructionSource given, CallScene scene)
    {
        var values = given.Read(Definition.Takes);
        return values.Text(CallSid) is null ? throw given.Missing(CallSid)
            : values.Text(Url) is null ? throw given.Missing(Url)
            : new Redirect(values);
    }
}
