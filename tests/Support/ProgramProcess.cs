using System.Diagnostics;
using System.Text;

namespace Muster.Tests.Support;

/// <summary>A program in a process of its own, to be killed.</summary>
public class ProgramProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _name;
    private readonly StringBuilder _output = new();

    /// <summary>Starts it.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="program">What is run with <c>dotnet</c>: an assembly, or a command of the SDK.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="variables">What is added to the environment.</param>
    protected ProgramProcess(string folder, string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
        : this(null, "dotnet", folder, program, arguments, variables)
    {
    }

    private ProgramProcess(string? network, string runner, string folder, string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        // Who starts the tests in the background makes them ignore Ctrl+C, and with them all that they start.
        string[] inside = network is null ? [] : ["ip", "netns", "exec", network];
        var start = new ProcessStartInfo("env") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (IEnumerable<string>)["--default-signal=INT", .. inside, runner, program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _name = Path.GetFileNameWithoutExtension(program);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>The number of its process.</summary>
    public int Id => _process.Id;

    /// <summary>Its exit code; null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Starts a program.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="program">What is run with <c>dotnet</c>: an assembly, or a command of the SDK.</param>
    /// <param name="arguments">The command line.</param>
    public static ProgramProcess Run(string folder, string program, params IReadOnlyList<string> arguments) => new(folder, program, arguments);

    /// <summary>Starts a program that lies beside the tests.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="assembly">The name of its assembly.</param>
    /// <param name="arguments">The command line.</param>
    public static ProgramProcess StartBeside(string folder, string assembly, params IReadOnlyList<string> arguments) => new(folder, Path.Combine(AppContext.BaseDirectory, assembly), arguments);

    /// <summary>The same, with more variables in its environment.</summary>
    public static ProgramProcess StartBesideWith(IReadOnlyDictionary<string, string> variables, string folder, string assembly, params IReadOnlyList<string> arguments) =>
        new(folder, Path.Combine(AppContext.BaseDirectory, assembly), arguments, variables);

    /// <summary>Starts a program that lies beside the tests, in a network namespace.</summary>
    /// <param name="network">The name of the namespace.</param>
    /// <param name="variables">What is added to the environment.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="assembly">The name of its assembly.</param>
    /// <param name="arguments">The command line.</param>
    public static ProgramProcess StartWithin(string network, IReadOnlyDictionary<string, string> variables, string folder, string assembly, params IReadOnlyList<string> arguments) =>
        new(network, "dotnet", folder, Path.Combine(AppContext.BaseDirectory, assembly), arguments, variables);

    /// <summary>Starts a script of Python.</summary>
    /// <param name="variables">What is added to the environment.</param>
    /// <param name="folder">The working folder.</param>
    /// <param name="script">The file of the script.</param>
    /// <param name="arguments">The command line.</param>
    public static ProgramProcess StartPython(IReadOnlyDictionary<string, string> variables, string folder, string script, params IReadOnlyList<string> arguments) =>
        new(null, "python3", folder, script, arguments, variables);

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a signal, by its name.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for its end, and gives the exit code.</summary>
    public async Task<int> ExitAsync(double seconds = 60)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds * Eventually.Slow));
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_name} did not end within {seconds * Eventually.Slow} s. It printed: {Output}");
        }

        return _process.ExitCode;
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync().ConfigureAwait(false);
        }

        _process.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}
