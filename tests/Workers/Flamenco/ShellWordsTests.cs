using Muster.Workers.Flamenco.Tasks;

namespace Muster.Tests.Workers.Flamenco;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("a  b\tc", "a|b|c")]
    [InlineData("'a b' \"c d\"", "a b|c d")]
    [InlineData("x'a'\"b\"y", "xaby")]
    [InlineData("a\\ b '\\' \"\\\" \\n\"", "a b|\\|\" \\n")]
    [InlineData("'' \"\"", "|")]
    [InlineData("$HOME * | ;", "$HOME|*|||;")]
    public void Words_are_split_as_a_shell_splits_them(string line, string words) => string.Join('|', ShellWords.Split(line)!).ShouldBe(words);

    [Theory]
    [InlineData("'open")]
    [InlineData("\"open")]
    [InlineData("end\\")]
    public void An_open_quote_is_no_line(string line) => ShellWords.Split(line).ShouldBeNull();

    [Theory]
    [InlineData("it's")]
    [InlineData("")]
    [InlineData("a b$c\"d")]
    [InlineData("/plain/path-1.0")]
    public void What_is_quoted_reads_the_same(string word) => ShellWords.Split(ShellWords.Quote(word)).ShouldBe([word]);
}
