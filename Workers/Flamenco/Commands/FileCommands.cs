using System.Globalization;
using Muster.Workers.Flamenco.Tasks;

namespace Muster.Workers.Flamenco.Commands;

/// <summary>Files are moved, copied, removed and made.</summary>
internal static class FileCommands
{
    public static TaskStep MoveOutOfWay(CommandSettings settings)
    {
        var source = settings.Text("src");
        return Step((context, _) => OutOfWay(source, context));
    }

    public static TaskStep MoveToFinal(CommandSettings settings)
    {
        var (source, target) = (settings.Text("src"), settings.Text("dest"));
        return Step((context, _) =>
        {
            MustExist(source);
            OutOfWay(target, context);
            context.Report.Log($"Moving {source} to {target}");
            Move(source, target);
        });
    }

    public static TaskStep MoveWithCounter(CommandSettings settings)
    {
        var (source, target) = (settings.Text("src"), settings.Text("dest"));
        return Step((context, _) =>
        {
            MustExist(source);
            var free = target;
            for (var number = 1; Exists(free); number++)
            {
                free = Path.Combine(Path.GetDirectoryName(target) ?? "", string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(target)}.{number:000}{Path.GetExtension(target)}"));
            }

            context.Report.Log($"Moving {source} to {free}");
            Move(source, free);
        });
    }

    public static TaskStep Copy(CommandSettings settings)
    {
        var (source, target) = (settings.Text("src"), settings.Text("dest"));
        return Step((context, cancelled) =>
        {
            if (!File.Exists(source))
            {
                throw new CommandFailedException($"The file {source} does not exist.");
            }

            context.Report.Log($"Copying {source} to {target}");
            MakeParent(target);
            CopyWhole(source, target, cancelled);
            context.Outputs.Produced(Path.GetFullPath(target));
        });
    }

    public static TaskStep RemoveTree(CommandSettings settings)
    {
        var path = settings.Text("path");
        return Step((context, _) =>
        {
            if (Directory.Exists(path) && !IsLink(path))
            {
                context.Report.Log($"Removing the folder {path} and all in it");
                Directory.Delete(path, recursive: true);
            }
            else if (Exists(path))
            {
                context.Report.Log($"Removing {path}");
                File.Delete(path);
            }
            else
            {
                context.Report.Log($"{path} does not exist; nothing to remove");
            }
        });
    }

    public static TaskStep RemoveFile(CommandSettings settings)
    {
        var path = settings.Text("path");
        return Step((context, _) =>
        {
            if (Directory.Exists(path) && !IsLink(path))
            {
                throw new CommandFailedException($"{path} is a folder; remove_file removes files. Use remove_tree.");
            }

            if (!Exists(path))
            {
                context.Report.Log($"{path} does not exist; nothing to remove");
                return;
            }

            context.Report.Log($"Removing {path}");
            File.Delete(path);
        });
    }

    public static TaskStep CreatePython(CommandSettings settings)
    {
        var (path, contents) = (settings.Text("filepath"), settings.AnyText("contents"));
        if (!path.EndsWith(".py", StringComparison.Ordinal))
        {
            throw settings.Wrong($"the setting 'filepath' is '{path}', and has to end with .py");
        }

        return Step((context, _) =>
        {
            context.Report.Log($"Writing {path}");
            foreach (var line in contents.Split('\n'))
            {
                context.Report.Log($"    {line}");
            }

            MakeParent(path);
            Shared.ReplacedFile.Write(path, contents, ownerOnly: false);
        });
    }

    /// <summary>Makes the folder that a file goes to.</summary>
    public static void MakeParent(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent)
        {
            Directory.CreateDirectory(parent);
        }
    }

    // Work with files can take long; the worker goes on listening meanwhile.
    private static TaskStep Step(Action<StepContext, CancellationToken> action) => (context, cancelled) => Task.Run(
        () =>
        {
            try
            {
                action(context, cancelled);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailedException(e.Message);
            }
        },
        cancelled);

    private static void OutOfWay(string path, StepContext context)
    {
        if (!Exists(path))
        {
            context.Report.Log($"{path} does not exist; nothing to move out of the way");
            return;
        }

        var plain = path.TrimEnd(Path.DirectorySeparatorChar);
        var aside = string.Create(CultureInfo.InvariantCulture, $"{plain}-{new DateTimeOffset(File.GetLastWriteTimeUtc(path)):yyyy-MM-ddTHH_mm_ss}");
        var free = aside;
        for (var number = 1; Exists(free); number++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{aside}~{number}");
        }

        context.Report.Log($"Moving {path} out of the way to {free}");
        Move(path, free);
    }

    private static void CopyWhole(string source, string target, CancellationToken cancelled)
    {
        if (Path.GetFullPath(source) == Path.GetFullPath(target))
        {
            return;
        }

        // Who looks at the target sees the old file or the whole new one.
        var half = target + "~";
        try
        {
            File.Copy(source, half, overwrite: true);
            cancelled.ThrowIfCancellationRequested();
            File.Move(half, target, overwrite: true);
        }
        finally
        {
            File.Delete(half);
        }
    }

    private static void Move(string source, string target)
    {
        MakeParent(target);
        if (!Directory.Exists(source) || IsLink(source))
        {
            File.Move(source, target);
            return;
        }

        try
        {
            Directory.Move(source, target);
        }
        catch (IOException) when (!Exists(target))
        {
            // Onto another disk a folder cannot be renamed.
            CopyFolder(source, target);
            Directory.Delete(source, recursive: true);
        }
    }

    private static void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(source))
        {
            CopyFolder(folder, Path.Combine(target, Path.GetFileName(folder)));
        }
    }

    private static void MustExist(string path)
    {
        if (!Exists(path))
        {
            throw new CommandFailedException($"{path} does not exist.");
        }
    }

    private static bool Exists(string path) => Path.Exists(path) || IsLink(path);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
