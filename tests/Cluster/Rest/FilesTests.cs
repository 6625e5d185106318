using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Muster.Tests.Support;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cluster.Rest;

public sealed class FilesTests(SeedFixture fixture) : ClusterTest(fixture), IClassFixture<SeedFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5 << 20)]
    public async Task A_file_comes_out_as_it_went_in(int size)
    {
        var id = await SubmitAsync();
        var bytes = RandomNumberGenerator.GetBytes(size);
        var made = await PutAsync(id, "a.bin", bytes, "image/png").OkAsync();
        made["size"]!.GetValue<long>().ShouldBe(size);
        made["sha256"]!.GetValue<string>().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        made["mediaType"]!.GetValue<string>().ShouldBe("image/png");
        using var response = await Api.Http.GetAsync(new Uri($"/v1/processes/{id}/files/a.bin", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        response.Content.Headers.ContentLength.ShouldBe(size);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.ETag!.Tag.ShouldBe($"\"{made["sha256"]}\"");
    }

    [Fact]
    public async Task A_file_without_a_type_is_bytes()
    {
        var id = await SubmitAsync();
        (await PutAsync(id, "a", [1], null).OkAsync())["mediaType"]!.GetValue<string>().ShouldBe("application/octet-stream");
    }

    [Fact]
    public async Task A_file_of_the_same_name_takes_the_place_of_the_older()
    {
        var id = await SubmitAsync();
        await PutAsync(id, "b", [1, 2, 3]).OkAsync();
        await PutAsync(id, "a", [9]).OkAsync();
        await PutAsync(id, "b", [4]).OkAsync();
        var list = (await Api.GetAsync($"/v1/processes/{id}/files").OkAsync())["items"]!.AsArray();
        list.Select(f => $"{f!["name"]} {f["size"]}").ShouldBe(["a 1", "b 1"]);
        (await Api.Http.GetByteArrayAsync(new Uri($"/v1/processes/{id}/files/b", UriKind.Relative))).ShouldBe([4]);
        var other = await SubmitAsync();
        (await Api.GetAsync($"/v1/processes/{other}/files").OkAsync())["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_at_once_one_whole_file_remains()
    {
        var id = await SubmitAsync();
        var contents = Enumerable.Range(0, 12).Select(i => Enumerable.Repeat((byte)i, (1 << 20) + (i * 1000)).ToArray()).ToList();
        await Task.WhenAll(contents.Select(c => PutAsync(id, "a", c).OkAsync()));
        var file = (await Api.GetAsync($"/v1/processes/{id}/files").OkAsync())["items"]!.AsArray().ShouldHaveSingleItem()!;
        var bytes = await Api.Http.GetByteArrayAsync(new Uri($"/v1/processes/{id}/files/a", UriKind.Relative));
        file["sha256"]!.GetValue<string>().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        contents.ShouldContain(c => Enumerable.SequenceEqual(c, bytes));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_what_was_there()
    {
        var id = await SubmitAsync();
        await PutAsync(id, "a", [1]).OkAsync();
        using var stop = new CancellationTokenSource();
        var sent = new TaskCompletionSource();
        using var content = new StreamContent(new EndlessStream(sent));
        var upload = Api.Http.PutAsync(new Uri($"/v1/processes/{id}/files/a", UriKind.Relative), content, stop.Token);
        await sent.Task;
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => upload);
        (await Api.GetAsync($"/v1/processes/{id}/files").OkAsync())["items"]!.AsArray().ShouldHaveSingleItem()!["size"]!.GetValue<long>().ShouldBe(1);
        (await Api.Http.GetByteArrayAsync(new Uri($"/v1/processes/{id}/files/a", UriKind.Relative))).ShouldBe([1]);
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("a%2Fb")]
    [InlineData("...")]
    [InlineData("%C3%A4.txt")]
    public async Task A_name_is_an_id(string name)
    {
        var id = await SubmitAsync();
        await PutAsync(id, name, [1]).RefusedAsync(400, "[name]");
        (await Api.GetAsync($"/v1/processes/{id}/files").OkAsync())["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_type_that_no_answer_could_carry_is_refused()
    {
        var id = await SubmitAsync();
        using var content = new ByteArrayContent([1]);
        content.Headers.TryAddWithoutValidation("Content-Type", "text/ä");
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 };
        using var http = new HttpClient(handler) { BaseAddress = Api.Http.BaseAddress };
        using var response = await http.PutAsync(new Uri($"/v1/processes/{id}/files/a", UriKind.Relative), content);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private async Task<(HttpStatusCode, JsonNode?)> PutAsync(string id, string name, byte[] bytes, string? mediaType = "application/octet-stream")
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = mediaType is null ? null : new MediaTypeHeaderValue(mediaType);
        using var response = await Api.Http.PutAsync(new Uri($"/v1/processes/{id}/files/{name}", UriKind.Relative), content);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()));
    }

    // Gives 3 MiB and then nothing more, without an end.
    private sealed class EndlessStream(TaskCompletionSource sent) : Stream
    {
        private int _left = 3 << 20;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left <= 0)
            {
                sent.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            var n = Math.Min(_left, buffer.Length);
            _left -= n;
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
