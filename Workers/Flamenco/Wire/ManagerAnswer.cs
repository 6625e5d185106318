using System.Net;

namespace Muster.Workers.Flamenco.Wire;

/// <summary>What the manager answered.</summary>
internal sealed record ManagerAnswer(HttpStatusCode Status, string Body)
{
    private const int Shown = 200;

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>For a log line.</summary>
    public override string ToString() => $"{(int)Status} {(Body.Length > Shown ? Body[..Shown] + "..." : Body).Trim().ReplaceLineEndings(" ")}".TrimEnd();
}
