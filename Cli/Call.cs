using System.CommandLine;
using Muster.Cli.Http;
using Muster.Cli.Output;

namespace Muster.Cli;

/// <summary>One call of a verb.</summary>
/// <param name="Session">Whose it is.</param>
/// <param name="Parsed">The command line.</param>
/// <param name="Screen">Where it writes.</param>
/// <param name="Cancel">Ctrl+C.</param>
internal sealed record Call(Session Session, ParseResult Parsed, Screen Screen, CancellationToken Cancel)
{
    /// <summary>The gateway.</summary>
    public Gateway Gateway => Session.Gateway;

    /// <summary>The namespace that is meant; null for that of the key, or the default.</summary>
    public string? Namespace => Parsed.GetValue(Verbs.Namespace);

    /// <summary>The value of an option.</summary>
    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>The value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    /// <summary>A query that names the namespace, if one is meant.</summary>
    public Query Query() => new Query().With("namespace", Namespace);

    /// <summary>A path below /v1 in the namespace.</summary>
    public string At(params ReadOnlySpan<string> segments) => Query().On(Http.Query.Path(segments));
}
