namespace Muster.Persistence.ReadModel;

/// <summary>The order of a list of processes.</summary>
public enum ProcessOrder
{
    /// <summary>The oldest first.</summary>
    Submitted,

    /// <summary>As they stand in their queues, whichever these are: the first to be taken first. Those that do not wait come last.</summary>
    Place,

    /// <summary>The one whose last attempt began first.</summary>
    Started,

    /// <summary>The one that became final last.</summary>
    Finished,
}
