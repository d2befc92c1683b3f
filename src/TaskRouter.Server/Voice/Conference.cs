using TaskRouter.Engine.Routing;

namespace TaskRouter.Server.Voice;

/// <summary>
/// Brings the worker and the customer into a conference that is named after the task.
/// https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks#conference
/// </summary>
internal sealed record Conference : VoiceInstruction
{
    private const int NoFromCode = 40141;
    private const int NoCustomerCode = 40142;
    private const int UnknownActivityCode = 40143;

    public static readonly VoiceParameter ToParameter = New(
        "To", VoiceType.Text, "whom to call, instead of the worker's contact_uri") with
    {
        Code = 40137,
        Example = "client:Alice",
    };

    public static readonly VoiceParameter FromParameter = New(
        "From", VoiceType.Text, "the number that the worker sees, instead of the task's attribute from") with
    {
        Code = 40138,
        Example = "+15550100",
    };

    public static readonly VoiceParameter PostWorkActivitySid = New(
        "PostWorkActivitySid", VoiceType.ActivitySid, "the worker's activity after the call") with
    {
        Code = 40139,
    };

    public static readonly VoiceParameter StatusCallback = New(
        "StatusCallback", VoiceType.Url, "receives the progress of the worker's call") with
    {
        Code = 40159,
        RefusesEmpty = true,
    };

    public static readonly InstructionKind Definition = new(
        "conference", [.. OfWorker(), .. OfRoom(), .. OfRecording()], Read)
    {
        WrongStatusCode = 40136,
        LateCode = 40144,
        FailureCode = 40145,
        IsForTransferees = true,
    };

    private Conference(string to, string from, InstructionValues values)
        : base(Definition, to, from, Accepts: true, values.With(ToParameter, to).With(FromParameter, from))
    {
    }

    private static Conference Read(InstructionSource given, CallScene scene)
    {
        var values = given.Read(Definition.Takes);
        CheckActivity(PostWorkActivitySid, UnknownActivityCode, values, given, scene);
        var to = TargetOf(ToParameter, values, given, scene);
        var from = values.Text(FromParameter) ?? scene.TaskAttribute("from") ?? throw new Refusal(
            400, NoFromCode, $"Missing {given.NameOf(FromParameter)}: the task has no attribute from either");
        if (scene.TaskAttribute("call_sid") is null && scene.TaskAttribute("outbound_to") is null)
        {
            throw new Refusal(
                400, NoCustomerCode, "The task has neither an attribute call_sid nor outbound_to: nobody can join");
        }

        return new Conference(to, from, values);
    }

    private static VoiceParameter[] OfWorker() =>
    [
        ToParameter,
        FromParameter,
        PostWorkActivitySid,
        Ringing("", "conference: seconds to ring"),
        StatusCallback,
        Method("StatusCallbackMethod"),
        New("StatusCallbackEvent", VoiceType.Word, "the progress sent") with { Words = Progress, IsList = true },
        Flag("Record", "whether the worker's call is recorded", "false"),
        Flag("Muted", "whether the worker joins muted", "false"),
        Flag("EarlyMedia", "whether sounds before the answer are heard", "true"),
        New("SipAuthUsername", VoiceType.Text, "user of a SIP address") with { Example = "alice" },
        New("SipAuthPassword", VoiceType.Text, "password of a SIP address") with
        {
            Example = "secret",
            IsSecret = true,
        },
        New("JitterBufferSize", VoiceType.Word, "how much delay evens out the sound") with
        {
            Words = ["small", "medium", "large", "off"],
        },
    ];

    private static VoiceParameter[] OfRoom() =>
    [
        New("Beep", VoiceType.Word, "whether joining and leaving are heard") with
        {
            Words = ["true", "false", "onEnter", "onExit"],
            Default = "true",
        },
        Flag("BeepOnCustomerEntrance", "whether the customer's joining is heard", byDefault: null),
        Flag("StartConferenceOnEnter", "whether it begins with the worker", "true"),
        Flag("EndConferenceOnExit", "whether it ends with the worker", "false"),
        Flag("EndConferenceOnCustomerExit", "whether it ends with the customer", byDefault: null),
        New("WaitUrl", VoiceType.Url, "what is heard before it begins"),
        Method("WaitMethod"),
        New("MaxParticipants", VoiceType.Number, "how many may take part") with
        {
            Range = (2, 250),
            Default = "250",
            Example = "2",
        },
        New("ConferenceStatusCallback", VoiceType.Url, "receives its events"),
        Method("ConferenceStatusCallbackMethod"),
        New("ConferenceStatusCallbackEvent", VoiceType.Word, "the events sent") with
        {
            Words = ["start", "end", "join", "leave", "mute", "hold", "speaker"],
            IsList = true,
        },
        New("Region", VoiceType.Word, "where the sound is mixed") with
        {
            Words = ["us1", "us2", "ie1", "de1", "sg1", "br1", "au1", "jp1"],
        },
    ];

    private static VoiceParameter[] OfRecording() =>
    [
        New("ConferenceRecord", VoiceType.Word, "whether it is recorded") with
        {
            Words = ["true", "false", "record-from-start", "do-not-record"],
            Default = "false",
        },
        New("ConferenceTrim", VoiceType.Word, "whether silence is cut from the recording") with
        {
            Words = ["trim-silence", "do-not-trim"],
            Default = "trim-silence",
        },
        New("RecordingChannels", VoiceType.Word, "channels of the recording") with
        {
            Words = ["mono", "dual"],
            Default = "mono",
        },
        New("RecordingStatusCallback", VoiceType.Url, "receives the recording of the worker's call"),
        Method("RecordingStatusCallbackMethod"),
        New("ConferenceRecordingStatusCallback", VoiceType.Url, "receives its recording"),
        Method("ConferenceRecordingStatusCallbackMethod"),
    ];

    private static VoiceParameter New(string name, VoiceType type, string meaning) =>
        VoiceParameter.Of("", name, type, "conference: " + meaning);

    private static VoiceParameter Flag(string name, string meaning, string? byDefault) =>
        New(name, VoiceType.Flag, meaning) with { Default = byDefault };

    private static VoiceParameter Method(string name) =>
        New(name, VoiceType.Word, "the HTTP method of that request") with
        {
            Words = ["GET", "POST"],
            Default = "POST",
            Example = "POST",
        };
}
