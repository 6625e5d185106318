using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Shared;

public sealed class IniFileTests
{
    private static IniFile Parse(string text, IniInterpolation interpolation = IniInterpolation.None) => IniFile.Parse(text, "worker.ini", interpolation);

    [Fact]
    public void Keys_ignore_case_sections_do_not_and_DEFAULT_holds_for_all()
    {
        var ini = Parse("# a comment\n[DEFAULT]\ndomain = nice\nPolling_Interval: 2000\n\n[t1]\n; another\nDOMAIN=cool # kept\n[t2]\n");
        ini.Get("t1", "domain").ShouldBe("cool # kept");
        ini.Get("t2", "Domain").ShouldBe("nice");
        ini.Get("T1", "domain").ShouldBe("nice");
        ini.Get("zz", "polling_interval").ShouldBe("2000");
        ini.Get("t1", "nothing").ShouldBeNull();
        ini.Sections.ShouldBe(["t1", "t2"]);
    }

    [Fact]
    public void An_indented_line_goes_on_with_the_value_and_an_empty_value_is_one() =>
        (Parse("[a]\nlong = one\n  two\nempty =\n").Get("a", "long"), Parse("[a]\nempty =\n").Get("a", "empty")).ShouldBe(("one\ntwo", ""));

    [Theory]
    [InlineData("key = 1\n", "line 1: 'key' stands before the first [section]")]
    [InlineData("[a]\nk=1\nK=2\n", "line 3: the key 'K' stands twice")]
    [InlineData("[a]\n[b]\n[a]\n", "line 3: the section [a] stands twice")]
    [InlineData("[a]\nnonsense\n", "line 2: 'nonsense' is neither")]
    [InlineData("[a\n", "line 1: the section '[a' is not closed")]
    [InlineData("[a]\nk = \0\0\n", "line 2: a NUL character")]
    public void What_cannot_be_understood_is_named_with_its_line(string text, string said) =>
        Should.Throw<IniException>(() => Parse(text)).Message.ShouldStartWith("worker.ini, " + said);

    [Fact]
    public void Percent_and_dollar_put_in_other_values()
    {
        Parse("[DEFAULT]\nroot = /r\n[a]\npath = %(root)s/100%%\n", IniInterpolation.Percent).Get("a", "path").ShouldBe("/r/100%");
        Parse("[b]\nroot = /r\n[a]\npath = ${b:root}/$$x/${name}\nname = n\n", IniInterpolation.Dollar).Get("a", "path").ShouldBe("/r/$x/n");
        Should.Throw<IniException>(() => Parse("[a]\npath = 100%\n", IniInterpolation.Percent).Get("a", "path")).Message.ShouldContain("must be written '%%'");
        Should.Throw<IniException>(() => Parse("[a]\npath = ${path}\n", IniInterpolation.Dollar).Get("a", "path")).Message.ShouldContain("refers to itself");
        Should.Throw<IniException>(() => Parse("[a]\npath = ${gone}\n", IniInterpolation.Dollar).Get("a", "path")).Message.ShouldContain("which does not exist");
    }

    [Fact]
    public void Setting_values_leaves_all_else_as_it_is()
    {
        var text = "# mine\n[other]\nid = 1\n\n[w]\n# key\nID = old\n   older\nkeep = me\n\n[last]\nx = y\n";
        IniFile.With(text, "w", new Dictionary<string, string> { ["id"] = "new", ["secret"] = "s" })
            .ShouldBe("# mine\n[other]\nid = 1\n\n[w]\n# key\nid = new\nkeep = me\nsecret = s\n\n[last]\nx = y\n");
        IniFile.With("", "w", new Dictionary<string, string> { ["id"] = "new" }).ShouldBe("[w]\nid = new\n");
        IniFile.With("[a]\nx = 1\n", "w", new Dictionary<string, string> { ["id"] = "new" }).ShouldBe("[a]\nx = 1\n\n[w]\nid = new\n");
    }
}
