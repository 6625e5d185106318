using CsCheck;
using Xunit;

namespace Muster.Tests.Unit.Queues;

/// <summary>Random histories of a queue and all around it. A failure prints the seed.</summary>
public sealed class QueueProperties
{
    private static readonly Gen<(int Kind, int A, int B)[]> Steps = Gen.Select(Gen.Int[0, 20], Gen.Int[0, 50], Gen.Int[0, 50]).Array[1, 150];

    [Fact]
    public void A_queue_that_can_keep_all_serves_the_best_first_and_all_in_the_end() => Play(capacity: 1_000, lossy: false);

    [Fact]
    public void A_queue_with_small_windows_loses_nothing() => Play(capacity: 6, lossy: false);

    [Fact]
    public void A_queue_that_loses_messages_still_serves_all_in_the_end() => Play(capacity: 12, lossy: true);

    private static void Play(int capacity, bool lossy) => Gen.Select(Steps, Gen.Int[0, 4]).Sample((steps, maxRunning) =>
    {
        var world = new QueueWorld(capacity, maxRunning == 0 ? null : maxRunning) { Lossy = lossy };
        foreach (var (kind, a, b) in steps)
        {
            world.Step(kind, a, b);
        }

        world.Settle();
    }, iter: 1_500);
}
