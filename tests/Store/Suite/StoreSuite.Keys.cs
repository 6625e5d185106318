using Muster.Persistence.Keys;
using Shouldly;
using Xunit;

namespace Muster.Tests.Store.Suite;

public abstract partial class StoreSuite
{
    [Fact]
    public async Task A_key_stays_what_it_was_made()
    {
        var text = KeyText.New();
        var key = new KeyRow { Id = text.Id, Hash = text.Hash(), Name = "ada", Role = KeyRole.Submitter, Namespace = "n", CreatedAt = At(1) };
        await Store.Keys.AddAsync(key);
        await Store.Keys.AddAsync(key with { Hash = KeyText.New().Hash(), Role = KeyRole.Operator });

        var row = (await Store.Keys.ListAsync()).Single();
        text.Fits(row.Hash.Span).ShouldBeTrue();
        (row with { Hash = key.Hash }).ShouldBe(key);
    }

    [Fact]
    public async Task A_key_is_revoked_once_and_for_good()
    {
        await Store.Keys.AddAsync(KeyOf("a", 1));
        await Store.Keys.AddAsync(KeyOf("b", 2));
        await Store.Keys.RevokeAsync("a", At(10));
        await Store.Keys.RevokeAsync("a", At(20));
        await Store.Keys.RevokeAsync("nobody", At(20));

        (await Store.Keys.ListAsync()).Select(k => (k.Id, k.RevokedAt)).ShouldBe([("a", At(10)), ("b", null)]);
    }

    [Fact]
    public async Task A_key_says_when_it_was_used_last()
    {
        await Store.Keys.AddAsync(KeyOf("a", 1));
        await Store.Keys.TouchAsync("a", At(5));
        await Store.Keys.TouchAsync("a", At(9));
        (await Store.Keys.ListAsync()).Single().LastUsed.ShouldBe(At(9));
    }

    private static KeyRow KeyOf(string id, double at) => new() { Id = id, Hash = KeyText.New().Hash(), Name = id, Role = KeyRole.Reader, Namespace = KeyRow.AllNamespaces, CreatedAt = At(at) };
}
