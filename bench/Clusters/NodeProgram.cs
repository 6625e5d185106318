using System.Globalization;
using Muster.Bench.Stores;
using Muster.Tests.Support;

namespace Muster.Bench.Clusters;

/// <summary>Another node of the cluster: this program again, as a node with the same handlers.</summary>
internal sealed class NodeProgram : IAsyncDisposable
{
    private readonly ProgramProcess _program;
    private readonly string _book;
    private bool _ended;

    private NodeProgram(ProgramProcess program, string book)
    {
        _program = program;
        _book = book;
    }

    /// <summary>The number of its process.</summary>
    public int Id => _program.Id;

    /// <summary>Starts it.</summary>
    /// <param name="store">The store of the cluster.</param>
    /// <param name="slots">How many processes it runs at once.</param>
    /// <param name="number">Its number in the cluster.</param>
    public static NodeProgram Start(IBenchStore store, int slots, int number)
    {
        var book = Path.Combine(store.Folder, $"runs-{number}.txt");
        return new NodeProgram(
            ProgramProcess.StartBeside(store.Folder, "Muster.Bench.dll", NodeCommand.Name, "--data", store.Folder, "--slots", slots.ToString(CultureInfo.InvariantCulture), "--book", book), book);
    }

    /// <summary>Ends it in order, and gives the file in which it left what it started.</summary>
    public async Task<string> EndAsync()
    {
        await _program.SignalAsync("TERM").ConfigureAwait(false);
        _ended = true;
        return await _program.ExitAsync().ConfigureAwait(false) == 0
            ? _book
            : throw new InvalidOperationException($"A node failed: {_program.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_ended && _program.ExitCode is null)
        {
            await EndAsync().ConfigureAwait(false);
        }

        await _program.DisposeAsync().ConfigureAwait(false);
    }
}
