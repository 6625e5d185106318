using Muster.Gateway.Colonies.Members;
using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Persistence.ReadModel;

namespace Muster.Gateway.Colonies.Processes;

/// <summary>A process that a message names, and the member who names it. Messages name no colony: it is one of those in which the signer is a member.</summary>
/// <param name="Member">Who names it.</param>
/// <param name="Row">The process.</param>
internal sealed record FoundProcess(Member Member, ProcessRow Row)
{
    /// <summary>Its identity.</summary>
    public ProcessId Id => Row.Id;

    /// <summary>Finds it.</summary>
    /// <param name="call">The message.</param>
    /// <param name="id">The id in it.</param>
    /// <param name="missing">The status when there is none.</param>
    /// <exception cref="ColoniesException">There is none, or the signer is no member.</exception>
    public static async Task<FoundProcess> NeedAsync(ColoniesCall call, string id, int missing)
    {
        var memberships = call.Roles.NeedMemberships();

        if (Ids.IsValid(id))
        {
            foreach (var member in memberships)
            {
                if (await call.Services.Store.Read.FindAsync(new ProcessId(member.Colony, id), call.Cancel).ConfigureAwait(false) is { } row)
                {
                    return new FoundProcess(member, row);
                }
            }
        }

        throw new ColoniesException(missing, $"There is no process {id}.");
    }

    /// <summary>The attempt that the member holds.</summary>
    /// <exception cref="ColoniesException">It holds none.</exception>
    public int NeedAttempt()
    {
        NeedAssignee();
        return Row.Status == ProcessStatus.Running ? Row.Attempt : throw new ColoniesException(403, "The process is not running.");
    }

    /// <summary>The member is the one that it is, or was last, assigned to.</summary>
    /// <exception cref="ColoniesException">It is not.</exception>
    public void NeedAssignee()
    {
        if (Row.Executor is null || Row.Status is ProcessStatus.Waiting or ProcessStatus.Blocked)
        {
            throw new ColoniesException(403, "The process is not assigned to anybody.");
        }

        if (Member.Executor is null || Row.Executor != Member.Name)
        {
            throw new ColoniesException(403, "Access denied, the process is not assigned to this executor.");
        }
    }
}
