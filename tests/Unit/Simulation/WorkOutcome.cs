namespace Muster.Tests.Unit.Simulation;

/// <summary>How the work of an attempt ends.</summary>
internal enum WorkOutcome
{
    Complete,
    Fail,
    FailForGood,
    Release,
}
