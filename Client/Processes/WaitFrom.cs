using System.Text.Json.Serialization;

namespace Muster.Client;

/// <summary>From when a max wait counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WaitFrom>))]
public enum WaitFrom
{
    /// <summary>Since the process waits in its queue; every return to the queue starts anew.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>Since it was submitted.</summary>
    [JsonStringEnumMemberName("submission")] Submission,
}
