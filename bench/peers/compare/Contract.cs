namespace Muster.Bench.Peers.Compare;

/// <summary>What a system promises. A rate means nothing without it.</summary>
/// <param name="Durable">What survives a power cut once it has said yes.</param>
/// <param name="DeadWorker">What becomes of the job of a worker that died.</param>
/// <param name="Result">How long the result of a job is kept.</param>
/// <param name="History">What is kept of what happened to a job.</param>
internal sealed record Contract(string Durable, string DeadWorker, string Result, string History)
{
    public override string ToString() => $"durable: {Durable}; dead worker: {DeadWorker}; result: {Result}; history: {History}";
}
