using Muster.Messages;
using Muster.Persistence.Keys;

namespace Muster.Gateway.Security;

/// <summary>What somebody wants a key to be, checked.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Role">What its holder may do.</param>
/// <param name="Namespace">Where, or <see cref="KeyRow.AllNamespaces"/>.</param>
public sealed record NewKey(string Name, KeyRole Role, string Namespace)
{
    private const int LongestName = 128;

    /// <summary>Checks it.</summary>
    /// <param name="name">Whose it is: up to 128 characters without control characters.</param>
    /// <param name="role">reader, submitter, worker or operator.</param>
    /// <param name="nameSpace">Where, or *; without one the default, and for an operator all.</param>
    /// <exception cref="BadRequestException">Something is missing or wrong; the message says what.</exception>
    public static NewKey Of(string? name, string? role, string? nameSpace)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl))
        {
            throw new BadRequestException(400, $"'name' says whose the key is: 1 to {LongestName} characters, none of them a control character.", "name");
        }

        if (!Enum.TryParse<KeyRole>(role, ignoreCase: true, out var parsed) || !char.IsAsciiLetter(role![0]))
        {
            throw new BadRequestException(400, "'role' is reader, submitter, worker or operator.", "role");
        }

        nameSpace ??= parsed == KeyRole.Operator ? KeyRow.AllNamespaces : Ids.DefaultNamespace;
        return nameSpace == KeyRow.AllNamespaces || Ids.IsValid(nameSpace)
            ? new NewKey(name, parsed, nameSpace)
            : throw new BadRequestException(400, $"'namespace' is * for all, or 1 to {Ids.MaxLength} characters of A-Z a-z 0-9 . _ - and not only dots.", "namespace");
    }
}
