namespace Muster.Gateway.Colonies.OldForms;

/// <summary>What messages were called in earlier releases. Pure.</summary>
internal static class OldNames
{
    /// <summary>The present name of a message; itself when it is none of an earlier release.</summary>
    public static string Present(string payloadType) => payloadType switch
    {
        "submitprocessespecmsg" or "submitprocessspecmsg" => "submitfuncspecmsg",
        "deleteallsnapshotmsg" or "deleteallsnapshotsmsg" => "removeallsnapshotmsg",
        // Up to 1.6 things were deleted, and up to 1.0.0 executors were runtimes.
        _ when payloadType.StartsWith("delete", StringComparison.Ordinal) => Present($"remove{payloadType["delete".Length..]}"),
        _ when payloadType.Contains("runtime", StringComparison.Ordinal) => payloadType.Replace("runtime", "executor", StringComparison.Ordinal),
        _ => payloadType,
    };
}
