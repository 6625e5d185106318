using System.Text.Json.Serialization;

namespace Muster.Client.Transport;

/// <summary>How everything on the wire is written and read, generated at compile time.</summary>
/// <remarks>Generated reading sets every init-only property, also those that the wire leaves out: what must not be null then says so in its getter.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DurationConverter)])]
[JsonSerializable(typeof(MusterProblem))]
[JsonSerializable(typeof(Submission))]
[JsonSerializable(typeof(ProcessSnapshot))]
[JsonSerializable(typeof(Listing<SubmitOutcome>))]
[JsonSerializable(typeof(Listing<ProcessSnapshot>))]
[JsonSerializable(typeof(Listing<Transition>))]
[JsonSerializable(typeof(Listing<ProcessLogLine>))]
[JsonSerializable(typeof(Listing<ProcessFile>))]
[JsonSerializable(typeof(Listing<QueueSnapshot>))]
[JsonSerializable(typeof(Listing<ExecutorSnapshot>))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(PriorityBody))]
[JsonSerializable(typeof(BulkBody))]
[JsonSerializable(typeof(BulkOutcome))]
[JsonSerializable(typeof(QueueSettings))]
[JsonSerializable(typeof(QueueLimitsBody))]
[JsonSerializable(typeof(ExecutorRegistration))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string?>))]
[JsonSerializable(typeof(AssignBody))]
[JsonSerializable(typeof(AssignReply))]
[JsonSerializable(typeof(AttemptItems))]
[JsonSerializable(typeof(AttemptAnswers))]
[JsonSerializable(typeof(ProgressBody))]
[JsonSerializable(typeof(ProgressAnswer))]
internal sealed partial class WireJson : JsonSerializerContext;
