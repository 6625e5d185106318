using System.Text.Json;
using CsCheck;
using Muster.Messages.Processes;
using Muster.Messages.Serialization;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Serialization;

public sealed class DurationTests
{
    [Theory]
    [InlineData("1.5", 1_500)]
    [InlineData("0", 0)]
    [InlineData("\"250ms\"", 250)]
    [InlineData("\"1.5s\"", 1_500)]
    [InlineData("\"10m\"", 600_000)]
    [InlineData("\"2h\"", 7_200_000)]
    [InlineData("\"7d\"", 604_800_000)]
    [InlineData("\"3\"", 3_000)]
    public void A_duration_is_seconds_or_text_with_a_unit(string json, double milliseconds) => Read(json).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"s\"")]
    [InlineData("\"ten\"")]
    [InlineData("\"5 weeks\"")]
    [InlineData("\"5w\"")]
    [InlineData("\"1e300d\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("true")]
    [InlineData("{}")]
    public void Anything_else_is_refused_with_an_example_of_what_is_meant(string json) => Should.Throw<JsonException>(() => Read(json)).Message.ShouldContain("250ms");

    [Theory]
    [InlineData("1e12")]
    [InlineData("-1e12")]
    [InlineData("315360001")]
    public void A_duration_is_at_most_ten_years(string json) => Should.Throw<JsonException>(() => Read(json)).Message.ShouldContain("ten years");

    [Fact]
    public void Any_duration_in_milliseconds_survives_writing_and_reading() => Gen.Long[0, 315_360_000_000].Sample(ms =>
    {
        var duration = TimeSpan.FromMilliseconds(ms);
        var policy = new RetryPolicy { Delay = duration };
        JsonSerializer.Deserialize(JsonSerializer.Serialize(policy, StoredJson.Of<RetryPolicy>()), StoredJson.Of<RetryPolicy>())!.Delay.ShouldBe(duration);
    });

    private static TimeSpan Read(string json) => JsonSerializer.Deserialize($"{{\"delay\":{json}}}", StoredJson.Of<RetryPolicy>())!.Delay;
}
