using Microsoft.Extensions.Time.Testing;
using Muster.Engine;
using Muster.Seed;

namespace Muster.Tests.Cluster.Time;

/// <summary>A cluster whose time only moves when a test moves it, and whose processes leave memory as soon as they may.</summary>
public sealed class MovedClockFixture : SeedFixture
{
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    protected override SeedSettings Settings => base.Settings with
    {
        Clock = Clock,
        Retention = Retention,
        Engine = new EngineOptions
        {
            WaitingIdle = TimeSpan.FromMilliseconds(50),
            Idle = TimeSpan.FromMilliseconds(50),
            RetentionSweep = TimeSpan.FromMilliseconds(100),
        },
    };
}
