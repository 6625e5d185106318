using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Muster.Runtime.Exec;

namespace Muster.Runtime.Instances;

/// <summary>Starts the process of an instance by a small shell script, which stays beside it when the node goes.</summary>
[SupportedOSPlatform("linux")]
internal static class InstanceLauncher
{
    /// <summary>The script notes two numbers and starts a command.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static readonly string Script = EmbeddedText.Read("launcher.sh");

    /// <summary>Starts it and ends when the folder says who it is.</summary>
    /// <param name="folder">The folder, prepared.</param>
    /// <param name="spec">What to start.</param>
    /// <param name="group">Control groups that limit it; null without.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="InstanceStartException">It could not be started.</exception>
    public static async Task StartAsync(InstanceFolder folder, InstanceSpec spec, ControlGroup? group, TimeProvider clock)
    {
        var environment = EnvironmentOf(folder, spec);
        var searchPath = environment["PATH"];
        IReadOnlyList<string> command = spec.Runtime == InstanceRuntimes.Python ? Python.PythonCode.Command : spec.Command;
        if (CommandPath.Find(command[0].Contains('/', StringComparison.Ordinal) ? Path.Combine(folder.Path, command[0]) : command[0], searchPath, out var file) is { } missing)
        {
            throw new InstanceStartException(missing);
        }

        if (CommandPath.Find("setsid", BaseEnvironment.SearchPath, out var setsid) is { } noSession)
        {
            throw new InstanceStartException($"{noSession} It comes with util-linux.");
        }

        var start = new ProcessStartInfo(setsid)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        foreach (var argument in (IEnumerable<string>)["/bin/sh", "-c", Script, "muster-instance", folder.Path, Kib(spec.LogBytes), Kib(spec.Limits.Memory), spec.Limits.OpenFiles?.ToString(CultureInfo.InvariantCulture) ?? "-", group?.Folders ?? "-", searchPath, file, .. command.Skip(1)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        // The script needs commands of the system, whatever the instance calls its own.
        start.Environment["PATH"] = BaseEnvironment.SearchPath;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(StartLimit, clock);
            if (await process.StandardOutput.ReadLineAsync(limit.Token).ConfigureAwait(false) != "started")
            {
                throw new InstanceStartException($"The instance could not be started: {(await process.StandardError.ReadToEndAsync(limit.Token).ConfigureAwait(false)).Trim()}");
            }
        }
        catch (Exception e) when (e is Win32Exception or OperationCanceledException)
        {
            throw new InstanceStartException($"The instance could not be started: {e.Message}", e);
        }
    }

    /// <summary>The environment of an instance, secrets included.</summary>
    public static Dictionary<string, string> EnvironmentOf(InstanceFolder folder, InstanceSpec spec)
    {
        var environment = BaseEnvironment.New();
        foreach (var (name, value) in spec.Env.Concat(spec.Secrets))
        {
            environment[name] = value;
        }

        environment["MUSTER_NAMESPACE"] = spec.Namespace;
        environment["MUSTER_DEPLOYMENT"] = spec.Deployment;
        environment["MUSTER_REVISION"] = spec.Revision.ToString(CultureInfo.InvariantCulture);
        environment["MUSTER_INSTANCE"] = spec.Instance;
        environment["MUSTER_FOLDER"] = folder.Path;
        if (spec.Protocol == InstanceProtocol.Pipe)
        {
            environment["MUSTER_SOCKET"] = folder.Socket;
        }

        return environment;
    }

    private static string Kib(long? bytes) => bytes is { } b ? Math.Max(1, b / 1024).ToString(CultureInfo.InvariantCulture) : "-";
}
