namespace Muster.Tests.Unit.Colonies.Crypto;

/// <summary>Keys, identities and signatures that clients of the dialect made, and what the computations are checked with.</summary>
internal static class Known
{
    public const string HelloKey = "d6eb959e9aec2e6fdc44b5862b269e987b8a4d6f2baca542d8acaa97ee5e74f6";
    public const string HelloId = "5d6568f883451ae2e407d1a0a7992e414f2a67b69d0e6e9176d353b98f06f696";
    public const string HelloSignature = "e713a1bb015fecabb5a084b0fe6d6e7271fca6f79525a634183cfdb175fe69241f4da161779d8e6b761200e1cf93766010a19072fa778f9643363e2cfadd640900";

    /// <summary>Of the same text by the same key, from a client that chooses its nonces otherwise.</summary>
    public const string HelloOtherwise = "997eca36736d465e0e8d64e6d657ff4c939c8f5cad4272797ea0fe372bfd8d0953d21b3d06ded5dd80aee8cfa3a9be7ce615ce690eb64184fe15962943fe541300";

    public const string AssignKey = "ddf7f7791208083b6a9ed975a72684f6406a269cfa36f1b1c32045c0a71fff05";
    public const string AssignId = "3fc05cf3df4b494e95d6a3d297a34f19938f7daa7422ab0d4f794454133341ac";
    public const string AssignPayload = "eyJtc2d0eXBlIjogImFzc2lnbnByb2Nlc3Ntc2ciLCAidGltZW91dCI6IDEwLCAiY29sb255bmFtZSI6ICJkZXYifQ==";
    public const string AssignSignature = "7c844a85504dc3c3f29b0de240aa6fe0c68a3e949cf611b4a2309e3a3fc7cb4743388ac8ec17967b1b678ae1f1e2be76e04f3e00b2682bdfd35ede3d4f45d1d000";

    public const string ColoniesKey = "fcc79953d8a751bf41db661592dc34d30004b1a651ffa0725b03ac227641499d";
    public const string ColoniesId = "039231c7644e04b6895471dd5335cf332681c54e27f81fac54f9067b3f2c0103";
    public const string ColoniesPayload = "eyJtc2d0eXBlIjogImdldGNvbG9uaWVzbXNnIn0=";
    public const string ColoniesSignature = "82a2287f7fa7aad2f7a476c2b91743d67792c4f1f580f7cad92ecc6c3504bc6f2f542e984ed0d7d8b5a90a6fc1a381bb18e29dceabb6e97600395d37706732af01";

    /// <summary>The smallest key there is.</summary>
    public const string OneKey = "0000000000000000000000000000000000000000000000000000000000000001";
    public const string OneId = "2036f5bc759cfb3589fb4e2342bc9b3c843c5ef27dc8ded538de328a7567089b";
    public const string OneSignature = "4d190359fd7f32b3a9d289796fd8e610c64ff6c17c44ea14fbcae7a900ffca103b75e40b4bcf21b2049c588a3f050872f9a2e20ed23c05d9353f9d0847a6195c01";

    public const string Order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    public const string HalfOrder = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0";
    public const string HalfOrderAndOne = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1";
    public const string Prime = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";
    public const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";
    public const string One = OneKey;
}
