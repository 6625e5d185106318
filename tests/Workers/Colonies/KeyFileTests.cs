using System.Text.Json.Nodes;
using Muster.Signatures;
using Muster.Workers.Colonies;
using Muster.Workers.Shared;

namespace Muster.Tests.Workers.Colonies;

/// <summary>Keys: how they are kept, and what they sign.</summary>
public sealed class KeyFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_made_once_for_its_owner_alone()
    {
        var path = Path.Combine(_folder.Path, "keys", "dev.one.key");
        string id;
        using (var made = KeyFile.Open(path))
        {
            (made.IsNew, made.Path).ShouldBe((true, path));
            id = made.Key.Id;
        }

        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(path)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName).Order().ShouldBe(["dev.one.key", "dev.one.key.lock"]);
        PrivateKey.Parse(File.ReadAllText(path).Trim()).Id.ShouldBe(id);
        using var again = KeyFile.Open(path);
        (again.IsNew, again.Key.Id).ShouldBe((false, id));
    }

    [Fact]
    public void A_key_is_used_by_one_program_at_a_time_and_looked_at_by_any()
    {
        var path = _folder.File("key");
        using var first = KeyFile.Open(path);
        Should.Throw<WorkerException>(() => KeyFile.Open(path)).Message.ShouldContain("is in use");
        using var look = KeyFile.Open(path, alone: false);
        look.Key.Id.ShouldBe(first.Key.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d6eb959e9aec2e6fdc44b5862b269e98")]
    [InlineData("zzeb959e9aec2e6fdc44b5862b269e987b8a4d6f2baca542d8acaa97ee5e74f6")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_key_is_refused_and_left_as_it_is(string text)
    {
        var path = _folder.File("key");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var message = Should.Throw<WorkerException>(() => KeyFile.Open(path)).Message;
        message.ShouldContain("holds no key");
        if (text.Length > 0)
        {
            message.ShouldNotContain(text);
        }

        File.ReadAllText(path).ShouldBe(text);
    }

    [Fact]
    public void A_key_that_others_can_read_is_refused()
    {
        var path = _folder.File("key");
        KeyFile.Open(path).Dispose();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Should.Throw<WorkerException>(() => KeyFile.Open(path)).Message.ShouldContain("chmod 600");
    }

    [Fact]
    public void An_envelope_is_signed_as_the_protocol_says()
    {
        var key = PrivateKey.Parse("ddf7f7791208083b6a9ed975a72684f6406a269cfa36f1b1c32045c0a71fff05");
        key.Id.ShouldBe("3fc05cf3df4b494e95d6a3d297a34f19938f7daa7422ab0d4f794454133341ac");
        key.Sign("eyJtc2d0eXBlIjogImFzc2lnbnByb2Nlc3Ntc2ciLCAidGltZW91dCI6IDEwLCAiY29sb255bmFtZSI6ICJkZXYifQ==")
            .ShouldBe("7c844a85504dc3c3f29b0de240aa6fe0c68a3e949cf611b4a2309e3a3fc7cb4743388ac8ec17967b1b678ae1f1e2be76e04f3e00b2682bdfd35ede3d4f45d1d000");
        var envelope = JsonNode.Parse(ColoniesClient.Envelope(key, "getprocessmsg", new() { ["processid"] = "1" }))!;
        SignatureLibrary.Choose().Signatures.TryRecoverId((string)envelope["payload"]!, (string)envelope["signature"]!, out var id).ShouldBeTrue();
        id.ShouldBe(key.Id);
        ((string)envelope["payloadtype"]!).ShouldBe("getprocessmsg");
        JsonNode.Parse(Convert.FromBase64String((string)envelope["payload"]!))!.ToJsonString().ShouldBe("""{"processid":"1","msgtype":"getprocessmsg"}""");
    }
}
