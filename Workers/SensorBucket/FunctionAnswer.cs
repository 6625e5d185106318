namespace Muster.Workers.SensorBucket;

/// <summary>What came of asking a function.</summary>
internal abstract record FunctionAnswer
{
    private FunctionAnswer()
    {
    }

    /// <summary>A result, and where it goes.</summary>
    /// <param name="Topic">The routing key.</param>
    /// <param name="Body">The message.</param>
    public sealed record Result(string Topic, byte[] Body) : FunctionAnswer;

    /// <summary>It did not work; it may next time.</summary>
    /// <param name="Why">In one line.</param>
    public sealed record Failure(string Why) : FunctionAnswer;

    /// <summary>The function does not take this message, now or later.</summary>
    /// <param name="Why">In one line.</param>
    public sealed record Refusal(string Why) : FunctionAnswer;

    /// <summary>Nobody is there to be asked; that says nothing about the message.</summary>
    /// <param name="Why">In one line.</param>
    public sealed record Absent(string Why) : FunctionAnswer;
}
