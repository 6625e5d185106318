using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Client.Handlers;

namespace Muster.Client.Worker;

/// <summary>Says what a worker runs.</summary>
public sealed class MusterWorkerBuilder
{
    private readonly List<Action<HandlerRegistry, IServiceProvider>> _steps = [];

    internal MusterWorkerBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the program.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a handler that sees the attempt as it is.</summary>
    /// <param name="func">The function that it runs.</param>
    /// <param name="handler">What runs.</param>
    public MusterWorkerBuilder Handle(string func, ProcessHandler handler) => With((handlers, _) => handlers.Add(func, handler));

    /// <summary>Adds a handler with an input and a result; see <see cref="HandlerRegistryExtensions"/> for where the input comes from.</summary>
    /// <typeparam name="TIn">The type of the input.</typeparam>
    /// <typeparam name="TOut">The type of the result.</typeparam>
    /// <param name="func">The function that it runs.</param>
    /// <param name="handler">What runs.</param>
    /// <param name="json">How JSON is read and written; web defaults (camelCase) when null.</param>
    public MusterWorkerBuilder Handle<TIn, TOut>(string func, Func<TIn, IProcessContext, Task<TOut>> handler, JsonSerializerOptions? json = null) =>
        With((handlers, _) => handlers.Add(func, handler, json));

    /// <summary>Adds a handler with an input and no result.</summary>
    /// <typeparam name="TIn">The type of the input.</typeparam>
    /// <param name="func">The function that it runs.</param>
    /// <param name="handler">What runs.</param>
    /// <param name="json">How JSON is read; web defaults (camelCase) when null.</param>
    public MusterWorkerBuilder Handle<TIn>(string func, Func<TIn, IProcessContext, Task> handler, JsonSerializerOptions? json = null) =>
        With((handlers, _) => handlers.Add(func, handler, json));

    /// <summary>Adds a handler that is a class; each attempt gets a new one, in a scope of services that ends with the attempt.</summary>
    /// <typeparam name="THandler">The class.</typeparam>
    /// <param name="func">The function that it runs.</param>
    public MusterWorkerBuilder Handle<THandler>(string func)
        where THandler : class, IProcessHandler => With((handlers, services) => handlers.Add<THandler>(func, services));

    /// <summary>Adds handlers to the registry itself.</summary>
    /// <param name="add">Adds them.</param>
    public MusterWorkerBuilder With(Action<HandlerRegistry, IServiceProvider> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        _steps.Add(add);
        return this;
    }

    internal HandlerRegistry Build(IServiceProvider services)
    {
        var registry = new HandlerRegistry();
        foreach (var step in _steps)
        {
            step(registry, services);
        }

        return registry;
    }
}
