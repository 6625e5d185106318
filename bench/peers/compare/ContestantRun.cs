using System.Diagnostics;
using System.Globalization;
using Muster.Bench.Peers.Compare.Servers;

namespace Muster.Bench.Peers.Compare;

/// <summary>One run of one contestant: a program that is started, measures and ends.</summary>
internal sealed class ContestantRun(Contestant contestant, Scenario scenario, int processes, string folder)
{
    private const int Payload = 100;

    /// <summary>No run of any contestant comes near this; one that does will not end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <summary>Runs it against a store.</summary>
    /// <param name="store">The options that name the store.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="Refusal">It gave no measurement; with its last words.</exception>
    public async Task<Measurement> MeasureAsync(IReadOnlyList<string> store, CancellationToken cancel)
    {
        // Whatever it leaves in the temporary folder goes with ours.
        using var process = Programs.Start([.. Command(), .. store], folder, new Dictionary<string, string> { ["TMPDIR"] = folder });
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = ShowErrorsAsync(process);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new Refusal($"it did not end within {Patience.TotalMinutes:0} minutes");
        }
        finally
        {
            await Programs.EndAsync(process, Programs.Terminate);
        }

        cancel.ThrowIfCancellationRequested();
        return Measurement.Read(Programs.LastLine(await output))
            ?? throw new Refusal(await error ?? $"it ended with {process.ExitCode} and no measurement");
    }

    private IEnumerable<string> Command()
    {
        var name = scenario == Scenario.Latency ? "latency" : "burn-down";
        IEnumerable<string> command =
        [
            .. contestant.Command, .. contestant.Scenario(name),
            "--processes", Text(processes), "--concurrency", Text(contestant.Concurrency), "--payload", Text(Payload),
        ];
        return scenario == Scenario.Latency && contestant.Latency.Pause is { } pause
            ? command.Concat(["--pause", Text((int)pause.TotalMilliseconds)])
            : command;
    }

    // Its complaints are worth seeing when they come; the last one is the reason when nothing comes of it.
    private async Task<string?> ShowErrorsAsync(Process process)
    {
        string? last = null;
        while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                last = line.Trim();
                Console.Error.WriteLine($"  {contestant.Name}: {last}");
            }
        }

        return last;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
