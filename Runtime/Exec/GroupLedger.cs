using System.Globalization;
using System.Runtime.Versioning;
using Muster.Runtime.Instances;

namespace Muster.Runtime.Exec;

/// <summary>The process groups of running commands, noted in files: when the node and the watcher of its groups are both killed, the next life of the node ends what they left before it takes new work.</summary>
/// <param name="folder">Gives the folder of the files; called at the first use.</param>
internal sealed class GroupLedger(Func<string> folder)
{
    private readonly Lazy<string> _folder = new(() => Directory.CreateDirectory(folder()).FullName);

    /// <summary>A command has started, and leads a group and a session.</summary>
    public void Add(int group)
    {
        // Without a mark the number alone could later mean another.
        if (ProcessMark.Of(group) is { } mark)
        {
            Try(() => File.WriteAllText(FileOf(group), mark.ToString()));
        }
    }

    /// <summary>It has ended with all that it started.</summary>
    public void Remove(int group) => Try(() => File.Delete(FileOf(group)));

    /// <summary>Ends all groups that are noted in a folder.</summary>
    [SupportedOSPlatform("linux")]
    public static async Task EndAllAsync(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (ProcessMark.Read(file) is not { } leader || await ProcessSession.EndAsync(leader).ConfigureAwait(false))
            {
                File.Delete(file);
            }
        }
    }

    private string FileOf(int group) => Path.Combine(_folder.Value, group.ToString(CultureInfo.InvariantCulture));

    private static void Try(Action note)
    {
        try
        {
            note();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk must not keep a command from running; its group is still watched.
        }
    }
}
