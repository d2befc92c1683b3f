namespace TaskRouter.Server.Voice;

/// <summary>
/// Calls the worker and has TwiML answer. https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks#call
/// </summary>
internal sealed record Call : VoiceInstruction
{
    private const string Prefix = "Call";

    public static readonly VoiceParameter ToParameter = VoiceParameter.Of(
        Prefix, "To", VoiceType.Text, "call: whom to call, instead of the worker's contact_uri") with
    {
        Code = 40110,
        Example = "client:Alice",
    };

    public static readonly VoiceParameter FromParameter = VoiceParameter.Of(
        Prefix, "From", VoiceType.Text, "call: the caller's number that the worker sees") with
    {
        Code = 40111,
        Example = "+15550100",
    };

    public static readonly VoiceParameter Url = VoiceParameter.Of(
        Prefix, "Url", VoiceType.Url, "call: TwiML for the worker who answers") with
    {
        Code = 40112,
    };

    public static readonly VoiceParameter Record = VoiceParameter.Of(
        Prefix, "Record", VoiceType.Word, "call: whether the call is recorded") with
    {
        Words = ["do-not-record", "record-from-answer"],
        Default = "do-not-record",
    };

    public static readonly VoiceParameter Timeout = Ringing(Prefix, "call: seconds to ring");

    public static readonly VoiceParameter StatusCallbackUrl = VoiceParameter.Of(
        Prefix, "StatusCallbackUrl", VoiceType.Url, "call: receives the end of the call") with
    {
        Code = 40158,
        RefusesEmpty = true,
    };

    public static readonly VoiceParameter Accept = VoiceParameter.Of(
        Prefix, "Accept", VoiceType.Flag, "call: whether answering accepts the reservation") with
    {
        Default = "false",
    };

    public static readonly InstructionKind Definition = new(
        "call", [ToParameter, FromParameter, Url, Record, Timeout, StatusCallbackUrl, Accept], Read)
    {
        WrongStatusCode = 40114,
        LateCode = 40114,
        FailureCode = 40113,
    };

    private Call(string to, string from, InstructionValues values)
        : base(Definition, to, from, values.Flag(Accept), values.With(ToParameter, to))
    {
    }

    private static Call Read(InstructionSource given, CallScene scene)
    {
        var values = given.Read(Definition.Takes);
        var to = TargetOf(ToParameter, values, given, scene);
        var from = values.Text(FromParameter) ?? throw given.Missing(FromParameter);
        return values.Text(Url) is null ? throw given.Missing(Url) : new Call(to, from, values);
    }
}
