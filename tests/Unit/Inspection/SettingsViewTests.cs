using Muster.Engine.Inspection;
using Shouldly;
using Xunit;

namespace Muster.Tests.Unit.Inspection;

/// <summary>Settings are shown to everybody who may look; their secrets are not.</summary>
public sealed class SettingsViewTests
{
    [Theory]
    [InlineData("store", "postgres://me:hidden@db/muster", "postgres://me:***@db/muster")]
    [InlineData("store", "Host=db;Username=me;Password=hidden;Database=m", "Host=db;Username=me;Password=***;Database=m")]
    [InlineData("store", "postgres://db/muster", "postgres://db/muster")]
    [InlineData("bootstrap-key", "muster_first_0123456789abcdef0123", "***")]
    [InlineData("anything", "use muster_first_0123456789abcdef0123 here", "use muster_first_*** here")]
    [InlineData("akka.remote.dot-netty.tcp.ssl.certificate.password", "hidden", "***")]
    [InlineData("akka.remote.dot-netty.tcp.ssl.certificate.password", "", "")]
    [InlineData("queues", "default", "default")]
    public void A_secret_is_masked_and_nothing_else(string name, string value, string shown) => SettingsView.Shown(name, value).ShouldBe(shown);
}
