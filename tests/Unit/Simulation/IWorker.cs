namespace Muster.Tests.Unit.Simulation;

/// <summary>Runs work, crashes and starts again.</summary>
internal interface IWorker
{
    bool IsUp { get; }

    void Start();

    void Crash();

    /// <summary>A place is free again.</summary>
    void Said();

    /// <summary>The end of an attempt is stored, or its process knows better.</summary>
    void Over(WorkerAttempt attempt);
}
