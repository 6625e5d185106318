using Muster.Messages;

namespace Muster.Engine.Processes;

/// <summary>Whose children are still to be told that their parent is final, or no longer is.</summary>
internal sealed class ChildBook
{
    /// <summary>
    /// How many sweeps after a start, or after the last reopening, look for children that should have been reopened: the word to
    /// them can be lost, and one that saw its parent just before may have ended just after.
    /// </summary>
    private const int Looks = 3;

    private readonly HashSet<ProcessId> _finished = [];
    private readonly HashSet<ProcessId> _reopened = [];
    private int _looks = Looks;
    private bool _reading;

    /// <summary>Whether a sweep should look for children that should have been reopened.</summary>
    public bool ShouldLook => _looks > 0;

    /// <summary>A process became final.</summary>
    public void Finished(ProcessId process) => _finished.Add(process);

    /// <summary>A process is no longer final.</summary>
    public void Reopened(ProcessId process)
    {
        _reopened.Add(process);
        _looks = Looks;
    }

    /// <summary>Such children were looked for, and told.</summary>
    public void Looked() => _looks--;

    /// <summary>Takes out all whose children are to be read now; null when a read is under way or there are none.</summary>
    public ChildRead? Begin()
    {
        if (_reading || (_finished.Count == 0 && _reopened.Count == 0))
        {
            return null;
        }

        _reading = true;
        var read = new ChildRead([.. _finished], [.. _reopened]);
        _finished.Clear();
        _reopened.Clear();
        return read;
    }

    /// <summary>The next read may begin.</summary>
    public void End() => _reading = false;

    /// <summary>A read has failed; its processes are to be read again, when <see cref="End"/> allows it.</summary>
    public void Failed(ChildRead read)
    {
        _finished.UnionWith(read.Finished);
        _reopened.UnionWith(read.Reopened);
    }
}

/// <summary>The processes whose children one query reads.</summary>
/// <param name="Finished">They became final.</param>
/// <param name="Reopened">They are no longer final.</param>
internal sealed record ChildRead(IReadOnlyList<ProcessId> Finished, IReadOnlyList<ProcessId> Reopened);
