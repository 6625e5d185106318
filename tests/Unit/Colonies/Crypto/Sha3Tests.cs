using System.Security.Cryptography;
using System.Text;
using Muster.Signatures;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Colonies.Crypto;

public sealed class Sha3Tests
{
    [Theory]
    [InlineData("hello world", "644bcc7e564373040999aac89e7622f3ca71fba1d972fd94a31c3bfbf24e3938")]
    [InlineData("hello", "3338be694f50c5f338814986cdf0686453a888b84f424d792af4b9202398f392")]
    [InlineData("abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532")]
    [InlineData("", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")]
    [InlineData(Known.AssignPayload, "7ab9e36989e50a3082c82699b23e3c7df0b3196419ad301bccb42eca70c40042")]
    public void A_text_has_its_hash(string text, string hash)
    {
        Hash(text, system: true).ShouldBe(hash);
        Hash(text, system: false).ShouldBe(hash);
    }

    [Theory]
    [InlineData(1_023, "x")]
    [InlineData(1_024, "x")]
    [InlineData(1_025, "x")]
    [InlineData(400, "äå€")]
    [InlineData(1_000_000, "0")]
    public void Long_texts_and_those_of_other_letters_are_hashed_whole(int times, string letters)
    {
        var text = string.Concat(Enumerable.Repeat(letters, times));
        var expected = Convert.ToHexStringLower(SHA3_256.HashData(Encoding.UTF8.GetBytes(text)));
        Hash(text, system: true).ShouldBe(expected);
        Hash(text, system: false).ShouldBe(expected);
    }

    private static string Hash(string text, bool system)
    {
        var hash = new byte[Sha3.Bytes];
        Sha3.Hash(text, hash, system);
        return Convert.ToHexStringLower(hash);
    }
}
