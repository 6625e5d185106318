using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime;
using Muster.Runtime.Exec;

namespace Muster.Tests.Runtime;

/// <summary>A node that runs one command for ever and prints its process group; for a test that kills it.</summary>
internal static class NodeProgram
{
    public static async Task Main()
    {
        using var runtime = new ExecRuntime(new ExecOptions(), TimeProvider.System);
        using var work = new WorkRoot(Path.GetTempPath());
        var process = new ProcessId("default", "p");
        var request = new RunRequest
        {
            Process = process,
            Attempt = 1,
            Spec = new ProcessSpec { Queue = "default", Func = "sh", Args = [Text("-c"), Text("sleep 300 & echo $$; wait")] },
            Folder = work.For(process, 1),
        };
        await runtime.RunAsync(request, new Printer(), CancellationToken.None);

        static System.Text.Json.JsonElement Text(string text) => System.Text.Json.JsonSerializer.SerializeToElement(text);
    }

    private sealed class Printer : IRunChannel
    {
        public void Log(string text, string stream) => Console.WriteLine(text);

        public ValueTask WhenRoomAsync(CancellationToken cancelled) => ValueTask.CompletedTask;

        public void Progress(double? fraction, string? message)
        {
        }

        public Task CheckpointAsync(System.Text.Json.JsonElement checkpoint) => Task.CompletedTask;
    }
}
