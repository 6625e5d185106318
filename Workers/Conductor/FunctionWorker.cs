using System.Reflection;
using System.Text.Json;

namespace Muster.Workers.Conductor;

/// <summary>A worker that is a function.</summary>
public sealed class FunctionWorker : ConductorWorker
{
    private readonly Delegate _function;
    private readonly ParameterInfo[] _parameters;
    private readonly PropertyInfo? _awaited;

    /// <summary>Makes a worker of a function.</summary>
    /// <param name="taskDefinitionNames">The task definitions.</param>
    /// <param name="function">As for <see cref="ConductorWorker.From"/>.</param>
    /// <exception cref="ArgumentException">The function takes more than the task or its input, and a cancellation token.</exception>
    public FunctionWorker(IReadOnlyList<string> taskDefinitionNames, Delegate function)
        : base(taskDefinitionNames)
    {
        ArgumentNullException.ThrowIfNull(function);
        _function = function;
        _parameters = function.Method.GetParameters();
        if (_parameters.Count(p => p.ParameterType != typeof(CancellationToken)) > 1)
        {
            throw new ArgumentException($"The function for '{TaskDefinitionNames[0]}' has to take the task or its input, and nothing else but a CancellationToken.", nameof(function));
        }

        var type = function.Method.ReturnType;
        _awaited = type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? typeof(Task<>).MakeGenericType(type.GetGenericArguments()[0]).GetProperty("Result")
            : null;
    }

    /// <inheritdoc />
    public override async Task<object?> ExecuteAsync(ConductorTask task, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(task);
        var given = _function.Method.Invoke(_function.Target, BindingFlags.DoNotWrapExceptions, null, Arguments(task, cancelled), null);
        switch (given)
        {
            case Task running:
                await running.ConfigureAwait(false);
                return _awaited?.GetValue(running);
            case ValueTask running:
                await running.ConfigureAwait(false);
                return null;
            case not null when _awaited is not null:
                var inner = (Task)given.GetType().GetMethod(nameof(ValueTask.AsTask))!.Invoke(given, null)!;
                await inner.ConfigureAwait(false);
                return _awaited.GetValue(inner);
            default:
                return given;
        }
    }

    private object?[] Arguments(ConductorTask task, CancellationToken cancelled)
    {
        var arguments = new object?[_parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            var type = _parameters[i].ParameterType;
            arguments[i] = type == typeof(CancellationToken) ? cancelled : type == typeof(ConductorTask) ? task : Input(task, type);
        }

        return arguments;
    }

    private static object? Input(ConductorTask task, Type type)
    {
        try
        {
            return task.Input(type);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new TerminalTaskException($"The input is not what this worker takes: {e.Message}", e);
        }
    }
}
