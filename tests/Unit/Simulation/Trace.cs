using System.Globalization;

namespace Muster.Tests.Unit.Simulation;

/// <summary>The last steps of a run, for who has to understand a failure.</summary>
internal sealed class Trace(Schedule schedule)
{
    private const int Kept = 40;

    private readonly (long At, string What, object? Detail)[] _steps = new (long, string, object?)[Kept];
    private long _count;

    /// <summary>Where all steps go, one a line; nowhere unless somebody wants to read a whole run.</summary>
    public TextWriter? All { get; init; }

    /// <summary>Notes a step. Its words are made only when they are read.</summary>
    public void Note(string what, object? detail = null)
    {
        _steps[_count++ % Kept] = (schedule.Milliseconds, what, detail);
        All?.WriteLine(Line(_steps[(_count - 1) % Kept]));
    }

    public override string ToString() =>
        string.Join('\n', Enumerable.Range(0, (int)Math.Min(Kept, _count)).Select(i => Line(_steps[(Math.Max(0, _count - Kept) + i) % Kept])));

    private static string Line((long At, string What, object? Detail) step) =>
        string.Create(CultureInfo.InvariantCulture, $"  {step.At / 1000.0,9:0.000} {step.What} {Words.Of(step.Detail)}").TrimEnd();
}
