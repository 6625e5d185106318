using Muster.Messages;
using Muster.Messages.Processes;
using Muster.Runtime;
using Muster.Runtime.Exec;
using Muster.Tests.Runtime.Instances;

namespace Muster.Tests.Runtime;

/// <summary>A node for tests that kill it: runs one command for ever and prints its process group, or runs instances and prints their numbers.</summary>
internal static class NodeProgram
{
    public static async Task Main(string[] args)
    {
        if (args is ["instances", var folder] && OperatingSystem.IsLinux())
        {
            await InstanceAdoptionTests.NodeAsync(folder);
            return;
        }

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
