namespace Muster.Engine.Inspection;

/// <summary>What the inspector of a node tells beyond the actor system.</summary>
/// <param name="Tail">The lines that were logged; null where nobody keeps them.</param>
/// <param name="Levels">The levels that can be changed; null where they cannot.</param>
/// <param name="Settings">The settings of the program, by name; secrets are masked when they are told.</param>
internal sealed record InspectorSetup(LogTail? Tail, LogLevels? Levels, IReadOnlyDictionary<string, string> Settings);
