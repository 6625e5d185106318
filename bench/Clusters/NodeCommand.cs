using System.CommandLine;
using Microsoft.Extensions.Hosting;
using Muster.Bench.Measuring;
using Muster.Node;

namespace Muster.Bench.Clusters;

/// <summary>The hidden command with which this program starts itself as a node.</summary>
internal static class NodeCommand
{
    /// <summary>Its name.</summary>
    public const string Name = "node";

    private static readonly Option<string> Data = new("--data") { Required = true };
    private static readonly Option<int> Slots = new("--slots") { Required = true };
    private static readonly Option<string> Book = new("--book") { Required = true };

    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        var command = new Command(Name) { Data, Slots, Book };
        command.Hidden = true;
        command.SetAction(async (parsed, cancel) =>
        {
            var book = new RunBook();
            using var host = NodeHost.Build(new NodeSettings
            {
                Data = parsed.GetRequiredValue(Data),
                Slots = parsed.GetRequiredValue(Slots),
                Name = NodeSettings.NameOfThisProcess,
                Handlers = book.Handlers(),
            });
            await host.StartAsync(cancel).ConfigureAwait(false);
            try
            {
                await host.WaitForShutdownAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Asked to end.
            }

            book.Save(parsed.GetRequiredValue(Book));
            return 0;
        });
        return command;
    }
}
