using System.Text.Json.Serialization;

namespace Muster.Messages.Processes;

/// <summary>From when max wait counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WaitFrom>))]
public enum WaitFrom
{
    /// <summary>From the moment the process became waiting, anew for every attempt.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>From its submission; time in other states counts too.</summary>
    [JsonStringEnumMemberName("submission")] Submission,

    /// <summary>From its submission, and anew from the end of every attempt; time in other states counts too.</summary>
    [JsonStringEnumMemberName("return")] Return,
}
