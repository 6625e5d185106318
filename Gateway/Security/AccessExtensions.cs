using Microsoft.AspNetCore.Builder;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Security;

/// <summary>What a route says of who may call it.</summary>
internal static class AccessExtensions
{
    /// <summary>The holder of a key of any of these roles, or of an operator's.</summary>
    public static TBuilder For<TBuilder>(this TBuilder route, params KeyRole[] roles)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Access(roles));

    /// <summary>The same, when the key is for all namespaces.</summary>
    public static TBuilder ForAllNamespaces<TBuilder>(this TBuilder route, params KeyRole[] roles)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Access(roles, AllNamespaces: true));

    /// <summary>Everybody, without a key: it tells nothing of anybody's work.</summary>
    public static TBuilder ForEverybody<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Access([]));

    /// <summary>Whoever shows in the message itself who he is, as a dialect has it.</summary>
    public static TBuilder WithOwnIdentity<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new Access([], HasOwnIdentity: true));
}
