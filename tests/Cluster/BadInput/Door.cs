using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.BadInput;

/// <summary>The tests of what the door refuses share one cluster; each works in a namespace of its own.</summary>
[CollectionDefinition(Name)]
public sealed class Door : ICollectionFixture<SeedFixture>
{
    public const string Name = "door";
}

/// <summary>Sends what is wrong, and looks that nothing of it remains.</summary>
internal static partial class DoorSteps
{
    /// <summary>Writes out what a table only names: <c>&lt;x*300&gt;</c> is a letter that often, other words make lists.</summary>
    public static string WrittenOut(string text) => Pattern().Replace(text, m =>
    {
        var n = int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture);
        var numbers = Enumerable.Range(0, n);
        return m.Groups[1].Value switch
        {
            "pairs" => string.Join(',', numbers.Select(i => $"\"k{i}\":\"v\"")),
            "ids" => string.Join(',', numbers.Select(i => $"\"p{i}\"")),
            "ones" => string.Join(',', numbers.Select(_ => "1")),
            "lines" => string.Join(',', numbers.Select(i => $$"""{"sequence":{{i}},"text":"t"}""")),
            "specs" => string.Join(',', numbers.Select(_ => """{"func":"f"}""")),
            "nest" => new string('[', n) + new string(']', n),
            var one => new string(one[0], n),
        };
    });

    /// <summary>Sends a body in a namespace, and gives status and content.</summary>
    public static async Task<(int Status, JsonNode? Body, string? ContentType)> SendAsync(Api api, string method, string path, string body, string nameSpace, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}namespace={nameSpace}", UriKind.Relative));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(WrittenOut(body)));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using var response = await api.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null, response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>It is refused as a problem that names what is wrong.</summary>
    public static void ShouldBeRefusal((int Status, JsonNode? Body, string? ContentType) answer, int status, string part)
    {
        answer.Status.ShouldBe(status, answer.Body?.ToJsonString());
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Body!["status"]!.GetValue<int>().ShouldBe(status);
        $"{answer.Body["detail"]} [{answer.Body["field"]}]".ShouldContain(part);
    }

    /// <summary>The namespace holds nothing: no process, no count, no queue, no executor.</summary>
    public static async Task NothingStoredAsync(Api api, string nameSpace)
    {
        foreach (var noun in new[] { "processes", "queues", "executors" })
        {
            (await api.GetAsync($"/v1/{noun}?namespace={nameSpace}").OkAsync())["items"]!.AsArray().ShouldBeEmpty();
        }
    }

    [GeneratedRegex(@"<(\w+)\*(\d+)>")]
    private static partial Regex Pattern();
}
