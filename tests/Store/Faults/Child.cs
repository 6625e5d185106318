namespace Muster.Tests.Store.Faults;

/// <summary>A process of its own that writes until it is killed.</summary>
public static class Child
{
    /// <summary>Runs it.</summary>
    public static Task RunAsync(string[] args) => Task.CompletedTask;
}
