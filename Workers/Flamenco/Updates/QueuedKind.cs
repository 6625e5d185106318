namespace Muster.Workers.Flamenco.Updates;

/// <summary>What is told; the names stand in the file.</summary>
internal enum QueuedKind
{
    /// <summary>POST /tasks/ID/update.</summary>
    Update,

    /// <summary>POST /tasks/ID/return.</summary>
    Return,
}
