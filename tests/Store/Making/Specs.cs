using System.Collections.Immutable;
using System.Text.Json;
using Muster.Messages;
using Muster.Messages.Processes;

namespace Muster.Tests.Store.Making;

/// <summary>What is submitted in these tests.</summary>
public static class Specs
{
    /// <summary>A spec without limits, in the default queue.</summary>
    public static ProcessSpec Plain(string queue = Ids.DefaultQueue) => new() { Queue = queue, Func = "echo", Limits = new Limits { Retry = Soon } };

    /// <summary>A spec with an input of about so many characters.</summary>
    public static ProcessSpec Large(int characters) => Plain() with { Input = JsonElement.Parse($"\"{new string('x', characters)}\"") };

    /// <summary>A spec that waits for parents.</summary>
    public static ProcessSpec After(params ImmutableArray<string> parents) => Plain() with { After = parents };

    /// <summary>A spec with labels.</summary>
    public static ProcessSpec Labelled(params (string Key, string Value)[] labels) => Plain() with { Labels = labels.ToImmutableSortedDictionary(l => l.Key, l => l.Value) };

    /// <summary>Retries after a second, then two, and so on.</summary>
    public static RetryPolicy Soon { get; } = new() { Delay = TimeSpan.FromSeconds(1) };
}
