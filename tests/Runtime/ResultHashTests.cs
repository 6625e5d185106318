using System.Text.Json;
using Muster.Messages.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Runtime;

public sealed class ResultHashTests
{
    [Fact]
    public void No_result_has_the_hash_of_nothing()
    {
        ResultHash.Of(null).ShouldBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        ResultHash.Of(default(JsonElement)).ShouldBe(ResultHash.OfNothing);
    }

    [Fact]
    public void The_hash_is_over_the_raw_text()
    {
        ResultHash.Of(Json("1")).ShouldBe("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
        ResultHash.Of(Json("""{"a": 1}""")).ShouldNotBe(ResultHash.Of(Json("""{"a":1}""")));
        ResultHash.Of(Json("null")).ShouldNotBe(ResultHash.OfNothing);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
