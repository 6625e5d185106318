using System.Globalization;

namespace Muster.Runtime.Instances;

/// <summary>Limits of a whole instance by control groups of Linux, where this program may make them; either version of them.</summary>
internal sealed class ControlGroup
{
    private const string Root = "/sys/fs/cgroup";
    private const string Prefix = "muster-";

    /// <summary>The share of a processor is counted over this many microseconds.</summary>
    private const long Period = 100_000;

    private readonly string[] _folders;

    private ControlGroup(string[] folders)
    {
        _folders = folders;
    }

    /// <summary>The folders that its processes are to enter, separated by spaces.</summary>
    public string Folders => string.Join(' ', _folders);

    /// <summary>Makes groups for what is limited.</summary>
    /// <param name="name">A name that no other instance of the machine has.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="notEnforced">What no group could be made for, with the reason.</param>
    /// <returns>Null when there is none.</returns>
    public static ControlGroup? Make(string name, InstanceLimits limits, out IReadOnlyList<string> notEnforced)
    {
        var folders = new List<string>();
        var missing = new List<string>();
        notEnforced = missing;
        var unified = File.Exists(Path.Combine(Root, "cgroup.controllers"));
        if (limits.Memory is { } memory)
        {
            // The launcher limits each process in any case, so that is not missing.
            _ = unified
                ? Try("memory", ("memory.max", Text(memory)), ("memory.swap.max", "0"))
                : Try("memory", ("memory.limit_in_bytes", Text(memory)), ("memory.memsw.limit_in_bytes", Text(memory)));
        }

        if (limits.Cpu is { } cpu)
        {
            var quota = (long)(cpu * Period);
            var whyNot = unified
                ? Try("cpu", ("cpu.max", $"{Text(quota)} {Text(Period)}"))
                : Try("cpu", ("cpu.cfs_period_us", Text(Period)), ("cpu.cfs_quota_us", Text(quota)));
            if (whyNot is not null)
            {
                missing.Add($"cpu: no control group could be made: {whyNot}");
            }
        }

        return folders.Count == 0 ? null : new ControlGroup([.. folders.Distinct()]);

        string? Try(string controller, params (string File, string Value)[] settings)
        {
            var folder = Path.Combine(unified ? Root : Path.Combine(Root, controller), Prefix + name);
            try
            {
                Directory.CreateDirectory(folder);
                for (var i = 0; i < settings.Length; i++)
                {
                    try
                    {
                        File.WriteAllText(Path.Combine(folder, settings[i].File), settings[i].Value);
                    }
                    catch (Exception e) when (i > 0 && settings[0].File.StartsWith("memory", StringComparison.Ordinal) && e is IOException or UnauthorizedAccessException)
                    {
                        // Not every kernel counts swap.
                    }
                }

                folders.Add(folder);
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return e.Message;
            }
        }
    }

    /// <summary>How many processes of the instance the kernel ended for want of memory; 0 when nobody counts.</summary>
    public static int OutOfMemory(string name)
    {
        foreach (var file in new[] { Path.Combine(Root, Prefix + name, "memory.events"), Path.Combine(Root, "memory", Prefix + name, "memory.oom_control") })
        {
            try
            {
                foreach (var line in File.ReadLines(file).Where(l => l.StartsWith("oom_kill ", StringComparison.Ordinal)))
                {
                    return int.Parse(line["oom_kill ".Length..], CultureInfo.InvariantCulture);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                // There is none of this kind.
            }
        }

        return 0;
    }

    /// <summary>Removes the groups of an instance that has ended.</summary>
    public static void Remove(string name)
    {
        foreach (var folder in new[] { Path.Combine(Root, Prefix + name), Path.Combine(Root, "memory", Prefix + name), Path.Combine(Root, "cpu", Prefix + name) })
        {
            try
            {
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Something in it still ends; an empty group costs nothing.
            }
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
