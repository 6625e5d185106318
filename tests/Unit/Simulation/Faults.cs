namespace Muster.Tests.Unit.Simulation;

/// <summary>How often what goes wrong, in thousandths, and how long things take. Chosen by the seed; all becomes well when it heals.</summary>
internal sealed class Faults
{
    private readonly Random _random;

    public Faults(Random random)
    {
        _random = random;
        // Some seeds break everything, some only a little, so that each fault is also seen alone.
        Loss = Sometimes(60);
        Repeats = Sometimes(60);
        Delays = Sometimes(100);
        FailedWrites = Sometimes(20);
        LostOutcomes = Sometimes(20);
        FailedReads = Sometimes(60);
        Crashes = random.Next(4) > 0;
        Restarts = random.Next(3) == 0;
    }

    public int Loss { get; private set; }

    public int Repeats { get; private set; }

    /// <summary>Messages that take long, so that later ones overtake them.</summary>
    public int Delays { get; private set; }

    /// <summary>Appends that the store does not take.</summary>
    public int FailedWrites { get; private set; }

    /// <summary>Appends that it takes, but says it did not.</summary>
    public int LostOutcomes { get; private set; }

    public int FailedReads { get; private set; }

    /// <summary>Whether single processes, queues, dispatchers and workers crash.</summary>
    public bool Crashes { get; private set; }

    /// <summary>Whether the whole core node crashes and starts again.</summary>
    public bool Restarts { get; private set; }

    public bool Healed { get; private set; }

    public void Heal()
    {
        Loss = Repeats = Delays = FailedWrites = LostOutcomes = FailedReads = 0;
        Crashes = Restarts = false;
        Healed = true;
    }

    public bool Hits(int thousandths) => thousandths > 0 && _random.Next(1000) < thousandths;

    /// <summary>How long a message takes.</summary>
    public int Delay() => Hits(Delays) ? _random.Next(50, 4_000) : _random.Next(0, 8);

    /// <summary>How long the store takes.</summary>
    public int StoreTime() => Hits(Delays / 4) ? _random.Next(50, 3_000) : _random.Next(1, 15);

    private int Sometimes(int most) => _random.Next(3) == 0 ? 0 : _random.Next(1, most);
}
