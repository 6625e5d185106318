using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Muster.Messages.Generators;

namespace Muster.Engine.Generators.Rules;

/// <summary>What a generator is, as its events say. It changes in place: a hundred thousand arguments are not copied for each that comes.</summary>
internal sealed class GeneratorState
{
    /// <summary>How many commands are known again: more than come while the answer to one is waited for.</summary>
    private const int Remembered = 4_096;

    private readonly Queue<JsonElement> _waiting = new();
    private readonly Queue<string> _commands = new();
    private readonly HashSet<string> _known = [];
    private readonly List<(GeneratorRun Run, ImmutableArray<JsonElement> Args)> _pending = [];

    /// <summary>How many arguments make a run, and of what; null when there is no generator.</summary>
    public GeneratorSpec? Spec { get; private set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; private set; }

    /// <summary>How far it is.</summary>
    public GeneratorProgress Progress { get; private set; } = new();

    /// <summary>The arguments that wait, the oldest first.</summary>
    public IReadOnlyCollection<JsonElement> Waiting => _waiting;

    /// <summary>How many bytes they have.</summary>
    public long WaitingBytes { get; private set; }

    /// <summary>Runs that have their arguments and are not submitted, the oldest first.</summary>
    public IReadOnlyList<(GeneratorRun Run, ImmutableArray<JsonElement> Args)> Pending => _pending;

    /// <summary>The last commands, the oldest first.</summary>
    public IEnumerable<string> Commands => _commands;

    /// <summary>Whether the command was applied already.</summary>
    public bool Knows(string commandId) => _known.Contains(commandId);

    /// <summary>The size of an argument.</summary>
    public static int BytesOf(JsonElement arg) => JsonMarshal.GetRawUtf8Value(arg).Length;

    /// <summary>Takes an event in.</summary>
    public void Apply(GeneratorEvent e)
    {
        switch (e)
        {
            case GeneratorEvent.Kept x:
                Clear();
                _commands.Clear();
                _known.Clear();
                foreach (var command in x.Commands)
                {
                    Remember(command);
                }

                Define(x);
                Add(x.Args);
                break;
            case GeneratorEvent.OfAll x:
                Clear();
                Define(x);
                break;
            case GeneratorEvent.Removed:
                Clear();
                Spec = null;
                break;
            case GeneratorEvent.Packed x:
                Add(x.Args);
                break;
            case GeneratorEvent.Ran x:
                _pending.Add((x.Run, [.. Enumerable.Range(0, x.Run.Take).Select(_ => Take())]));
                break;
            case GeneratorEvent.Fired x:
                _pending.RemoveAll(p => p.Run.Number == x.Run.Number);
                break;
            case GeneratorEvent.Rejected x:
                _pending.RemoveAll(p => p.Run.Number == x.Run.Number);
                break;
        }

        Progress = e.Progress;
        if (e is GeneratorEvent.Created or GeneratorEvent.Packed or GeneratorEvent.Removed)
        {
            Remember(e.CommandId);
        }
    }

    private void Define(GeneratorEvent.OfAll e) => (Spec, CreatedAt, CreatedBy) = (e.Spec, e.CreatedAt, e.CreatedBy);

    private void Clear()
    {
        _waiting.Clear();
        _pending.Clear();
        WaitingBytes = 0;
    }

    private void Add(ImmutableArray<JsonElement> args)
    {
        foreach (var arg in args)
        {
            _waiting.Enqueue(arg);
            WaitingBytes += BytesOf(arg);
        }
    }

    private JsonElement Take()
    {
        var arg = _waiting.Dequeue();
        WaitingBytes -= BytesOf(arg);
        return arg;
    }

    private void Remember(string command)
    {
        if (_known.Add(command))
        {
            _commands.Enqueue(command);
            if (_commands.Count > Remembered)
            {
                _known.Remove(_commands.Dequeue());
            }
        }
    }
}
