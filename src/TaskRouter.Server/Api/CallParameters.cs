using TaskRouter.Engine.Model;
using TaskRouter.Server.Api.Contract;

namespace TaskRouter.Server.Api;

/// <summary>
/// What the instructions that connect calls take. Their form is checked; what they ask for needs a telephony behind the
/// server. https://www.twilio.com/docs/taskrouter/api/reservations#reservation-instructions
/// </summary>
internal static class CallParameters
{
    private static readonly Shape Ringing = Shape.Range(1, 999) with { Example = "60" };

    private static readonly Shape CallSid = Shape.Text with
    {
        Pattern = "^CA[0-9a-fA-F]{32}$",
        Example = "CA0192a7c4e5f67a8b9c0d1e2f3a4b5c6d",
    };

    /// <summary>Of both kinds of address that a reservation has.</summary>
    public static readonly IReadOnlyList<Parameter> OfEveryReservation =
    [
        .. Dequeue(), .. Call(), .. Redirect(), .. Conference(),
    ];

    /// <summary>Of the address below the task.</summary>
    public static readonly IReadOnlyList<Parameter> OfSupervision =
    [
        Word("SupervisorMode", "How a supervisor takes part", "monitor", "whisper", "barge"),
        Text("Supervisor", "The supervisor's contact URI", "client:Carol"),
    ];

    private static Parameter[] Dequeue() =>
    [
        Activity("DequeuePostWorkActivitySid", "dequeue: the worker's activity after the call"),
        Text("DequeueFrom", "dequeue: the caller's number that the worker sees", "+15550100"),
        Text("DequeueRecord", "dequeue: whether the call is recorded", "record-from-answer"),
        new NumberParameter("DequeueTimeout", "dequeue: seconds to ring", Ringing),
        Text("DequeueTo", "dequeue: whom to call, instead of the worker's contact_uri", "client:Alice"),
        Url("DequeueStatusCallbackUrl", "dequeue: receives the progress of the call"),
        Text("DequeueStatusCallbackEvent", "dequeue: the progress that is sent", "answered") with { IsList = true },
    ];

    private static Parameter[] Call() =>
    [
        Text("CallFrom", "call: the caller's number that the worker sees", "+15550100"),
        Text("CallRecord", "call: whether the call is recorded", "do-not-record"),
        new NumberParameter("CallTimeout", "call: seconds to ring", Ringing),
        Text("CallTo", "call: whom to call, instead of the worker's contact_uri", "client:Alice"),
        Url("CallUrl", "call: TwiML for the worker who answers"),
        Url("CallStatusCallbackUrl", "call: receives the end of the call"),
        Flag("CallAccept", "call: whether answering accepts the reservation"),
    ];

    private static Parameter[] Redirect() =>
    [
        new TextParameter("RedirectCallSid", "redirect: the call", CallSid),
        Flag("RedirectAccept", "redirect: whether it accepts the reservation"),
        Url("RedirectUrl", "redirect: TwiML for the call"),
    ];

    private static Parameter[] Conference() =>
    [
        Text("To", "conference: whom to call, instead of the worker's contact_uri", "client:Alice"),
        Text("From", "conference: the caller's number that the worker sees", "+15550100"),
        Url("StatusCallback", "conference: receives the progress of the worker's call"),
        Method("StatusCallbackMethod"),
        Word("StatusCallbackEvent", "conference: the progress sent", "initiated", "ringing", "answered", "completed")
            with { IsList = true },
        new NumberParameter("Timeout", "conference: seconds to ring", Ringing),
        Flag("Record", "conference: whether the worker's call is recorded"),
        Flag("Muted", "conference: whether the worker joins muted"),
        Text("Beep", "conference: whether joining and leaving are heard", "onEnter"),
        Flag("StartConferenceOnEnter", "conference: whether it begins with the worker"),
        Flag("EndConferenceOnExit", "conference: whether it ends with the worker"),
        Url("WaitUrl", "conference: what is heard before it begins"),
        Method("WaitMethod"),
        Flag("EarlyMedia", "conference: whether sounds before the answer are heard"),
        new NumberParameter("MaxParticipants", "conference: how many may take part", Shape.Range(2, 250)),
        Url("ConferenceStatusCallback", "conference: receives its events"),
        Method("ConferenceStatusCallbackMethod"),
        Word("ConferenceStatusCallbackEvent", "conference: the events sent",
            "start", "end", "join", "leave", "mute", "hold", "speaker") with { IsList = true },
        Text("ConferenceRecord", "conference: whether it is recorded", "record-from-start"),
        Text("ConferenceTrim", "conference: whether silence is cut from the recording", "trim-silence"),
        Text("RecordingChannels", "conference: mono or dual", "dual"),
        Url("RecordingStatusCallback", "conference: receives the recording of the worker's call"),
        Method("RecordingStatusCallbackMethod"),
        Url("ConferenceRecordingStatusCallback", "conference: receives its recording"),
        Method("ConferenceRecordingStatusCallbackMethod"),
        Text("Region", "conference: where the sound is mixed", "ie1"),
        Text("SipAuthUsername", "conference: user of a SIP address", "alice"),
        Text("SipAuthPassword", "conference: password of a SIP address", "secret"),
        Activity("PostWorkActivitySid", "conference: the worker's activity after the call"),
        Flag("EndConferenceOnCustomerExit", "conference: whether it ends with the customer"),
        Flag("BeepOnCustomerEntrance", "conference: whether the customer's joining is heard"),
        Text("JitterBufferSize", "conference: small, medium, large or off", "large"),
    ];

    private static TextParameter Text(string name, string meaning, string example) => new(name, meaning, example);

    private static TextParameter Url(string name, string meaning) => new(name, meaning, Shape.Url);

    private static TextParameter Method(string name) => new(name, "The HTTP method of that request", Shape.Method);

    private static TextParameter Word(string name, string meaning, params string[] words) =>
        new(name, meaning, Shape.OneOf(words));

    private static FlagParameter Flag(string name, string meaning) => new(name, meaning);

    private static SidParameter Activity(string name, string meaning) => new(name, meaning, SidKind.Activity);
}
