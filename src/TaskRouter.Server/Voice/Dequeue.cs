using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Voice;

/// <summary>
/// Calls the worker and connects the caller who waits in the queue.
/// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks#dequeue
/// </summary>
internal sealed record Dequeue : VoiceInstruction
{
    private const string Prefix = "Dequeue";

    public static readonly VoiceParameter ToParameter = VoiceParameter.Of(
        Prefix, "To", VoiceType.Text, "dequeue: whom to call, instead of the worker's contact_uri") with
    {
        Code = 40131,
        Example = "client:Alice",
    };

    public static readonly VoiceParameter FromParameter = VoiceParameter.Of(
        Prefix, "From", VoiceType.Text, "dequeue: the caller's number that the worker sees") with
    {
        Code = 40132,
        Example = "+15550100",
    };

    public static readonly VoiceParameter PostWorkActivitySid = VoiceParameter.Of(
        Prefix, "PostWorkActivitySid", VoiceType.ActivitySid, "dequeue: the worker's activity after the call") with
    {
        Code = 40130,
    };

    public static readonly VoiceParameter Timeout = Ringing(Prefix, "dequeue: seconds to ring; 600 for a SIP address");

    public static readonly VoiceParameter Record = VoiceParameter.Of(
        Prefix, "Record", VoiceType.Word, "dequeue: whether the call is recorded") with
    {
        Words = ["do-not-record", "record-from-answer"],
        Default = "do-not-record",
    };

    public static readonly VoiceParameter StatusCallbackUrl = VoiceParameter.Of(
        Prefix, "StatusCallbackUrl", VoiceType.Url, "dequeue: receives the progress of the call") with
    {
        Code = 40157,
        RefusesEmpty = true,
    };

    public static readonly VoiceParameter StatusCallbackEvent = VoiceParameter.Of(
        Prefix, "StatusCallbackEvent", VoiceType.Word, "dequeue: the progress that is sent") with
    {
        Code = 40134,
        Words = Progress,
        IsList = true,
    };

    public static readonly InstructionKind Definition = new(
        "dequeue",
        [ToParameter, FromParameter, PostWorkActivitySid, Timeout, Record, StatusCallbackUrl, StatusCallbackEvent],
        Read)
    {
        WrongStatusCode = 40135,
        LateCode = 40135,
        FailureCode = 40133,
    };

    private const int NoCallCode = 40140;

    private Dequeue(string to, string from, InstructionValues values)
        : base(Definition, to, from, Accepts: true, values.With(ToParameter, to))
    {
    }

    private static Dequeue Read(InstructionSource given, CallScene scene)
    {
        var values = given.Read(Definition.Takes);
        CheckActivity(PostWorkActivitySid, PostWorkActivitySid.Code, values, given, scene);
        var to = TargetOf(ToParameter, values, given, scene);
        var from = values.Text(FromParameter) ?? throw given.Missing(FromParameter);
        if (to.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) && values.Number(Timeout) > SipRingingMax)
        {
            throw given.Refuse(Timeout, $"a SIP address rings for at most {SipRingingMax} seconds");
        }

        if (scene.TaskAttribute("call_sid") is null)
        {
            throw new Refusal(400, NoCallCode, "The task has no attribute call_sid: no call of it is waiting");
        }

        return new Dequeue(to, from, values);
    }
}
