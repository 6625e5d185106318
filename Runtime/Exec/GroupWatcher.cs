using System.Diagnostics;
using System.Globalization;

namespace Muster.Runtime.Exec;

/// <summary>Ends the process groups of a node that was killed: a small shell holds the other end of a pipe, and when the node is gone, however it went, the shell ends the groups that it was told of.</summary>
/// <param name="setsid">The path of <c>setsid</c>.</param>
/// <param name="shell">The path of a POSIX shell.</param>
internal sealed class GroupWatcher(string setsid, string shell) : IDisposable
{
    // It has a session of its own, so that Ctrl-C in the terminal of the node does not end it first.
    private const string Script = """
        groups=' '
        while read -r what group; do
          case $what in
            +) groups="$groups$group " ;;
            -) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
          esac
        done
        [ "$groups" = ' ' ] && exit 0
        for group in $groups; do kill -s TERM -- "-$group" 2>/dev/null; done
        sleep 2
        for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
        """;

    private readonly Lock _sync = new();
    private readonly HashSet<int> _groups = [];
    private Process? _shell;
    private bool _disposed;

    /// <summary>The id of the shell; null when none was needed yet.</summary>
    public int? ShellId => _shell?.Id;

    /// <summary>Whether the shell runs.</summary>
    public bool IsRunning => _shell is { HasExited: false };

    /// <summary>Ends the group when this program is gone.</summary>
    public void Add(int group)
    {
        lock (_sync)
        {
            _groups.Add(group);
            Say($"+ {group.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>The group has ended; its number may be given to others.</summary>
    public void Remove(int group)
    {
        lock (_sync)
        {
            _groups.Remove(group);
            Say($"- {group.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>Closes the pipe: groups that are left are ended.</summary>
    public void Dispose()
    {
        lock (_sync)
        {
            _disposed = true;
            Forget();
        }
    }

    private void Say(string word)
    {
        if (_disposed)
        {
            return;
        }

        try
        {
            if (_shell is null or { HasExited: true })
            {
                // A new one is told of all, the newest word included.
                Forget();
                _shell = Start();
                foreach (var group in _groups)
                {
                    _shell.StandardInput.WriteLine($"+ {group.ToString(CultureInfo.InvariantCulture)}");
                }
            }
            else
            {
                _shell.StandardInput.WriteLine(word);
            }

            _shell.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The shell was ended from outside; the next word starts another.
            Forget();
        }
    }

    private void Forget()
    {
        if (_shell is null)
        {
            return;
        }

        try
        {
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        _shell.Dispose();
        _shell = null;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(setsid) { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])[shell, "-c", Script, "muster-watcher"])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
