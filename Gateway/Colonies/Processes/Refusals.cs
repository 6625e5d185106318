using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>What the engine refuses, as clients hear it.</summary>
internal static class Refusals
{
    /// <summary>The exception for a refusal.</summary>
    /// <param name="refused">The refusal.</param>
    /// <param name="conflict">The status when it contradicts what is so.</param>
    public static ColoniesException Of(ProcessReply.Refused refused, int conflict = 400) => new(
        refused.Problem switch
        {
            Problem.Invalid => 400,
            Problem.NotFound => 404,
            Problem.Conflict => conflict,
            Problem.Busy => 503,
            Problem.TooMuch => 503,
            Problem.StorageFull => 503,
            _ => 500,
        },
        refused.Message);

    /// <summary>Nothing when it was done.</summary>
    /// <exception cref="ColoniesException">It was refused.</exception>
    public static ProcessReply.Done Need(ProcessReply reply, int conflict = 400) => reply switch
    {
        ProcessReply.Done done => done,
        ProcessReply.Refused refused => throw Of(refused, conflict),
        _ => throw new ColoniesException(500, "The process gave an answer that is not known."),
    };
}
