using System.Text;
using Muster.Runtime.Exec;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class StreamCaptureTests
{
    private readonly List<string> _lines = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1_000)]
    public void Lines_do_not_depend_on_how_the_bytes_arrive(int portion)
    {
        var capture = Capture("one\r\n\ntwo ä 漢 😀\nthree", portion);

        _lines.ShouldBe(["one", "", "two ä 漢 😀", "three"]);
        capture.LastLine.ShouldBe("three");
        capture.Text(int.MaxValue).ShouldBe("one\r\n\ntwo ä 漢 😀\nthree");
    }

    [Fact]
    public void A_long_line_is_split_between_characters()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("😀", 10_000));

        Capture(text, 777);

        _lines.Count.ShouldBe(3);
        string.Concat(_lines).ShouldBe(text);
    }

    [Fact]
    public void What_is_kept_is_cut_between_characters()
    {
        var capture = Capture("ääääää", 5, limit: 7);

        capture.IsTruncated(int.MaxValue).ShouldBeTrue();
        capture.Text(int.MaxValue).ShouldStartWith("äää\n[truncated: 6 of 12 bytes");
    }

    [Fact]
    public void What_fits_exactly_is_not_cut()
    {
        var capture = Capture("1234567", 3, limit: 7);

        capture.IsTruncated(int.MaxValue).ShouldBeFalse();
        capture.Text(int.MaxValue).ShouldBe("1234567");
    }

    [Fact]
    public void Nothing_is_no_line()
    {
        var capture = Capture("", 1);

        _lines.ShouldBeEmpty();
        capture.LastLine.ShouldBeNull();
    }

    private StreamCapture Capture(string text, int portion, int limit = 100_000)
    {
        var capture = new StreamCapture(limit, _lines.Add);
        foreach (var part in Encoding.UTF8.GetBytes(text).Chunk(portion))
        {
            capture.Take(part);
        }

        capture.End();
        return capture;
    }
}
