using System.Net;

namespace Muster.Workers.Conductor.Running;

/// <summary>What the server answered.</summary>
internal readonly record struct ServerAnswer(HttpStatusCode Status, byte[] Body)
{
    private const int Shown = 200;

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Whether the same again may be answered otherwise.</summary>
    public bool MayChange => (int)Status is >= 500 or 408 or 429 or 401 or 403;

    public override string ToString()
    {
        var text = System.Text.Encoding.UTF8.GetString(Body).Trim().ReplaceLineEndings(" ");
        return $"{(int)Status} {(text.Length > Shown ? text[..Shown] + "..." : text)}".TrimEnd();
    }
}
