using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Muster.Client.Handlers;

/// <summary>Adds handlers that take and return values of yours.</summary>
/// <remarks>
/// The input is the input of the process, else its only positional argument, else its named arguments as one object. What cannot be read as the type of the input
/// fails the process for good. A null result is no result.
/// </remarks>
public static class HandlerRegistryExtensions
{
    /// <summary>Adds a handler with an input and a result.</summary>
    /// <typeparam name="TIn">The type of the input.</typeparam>
    /// <typeparam name="TOut">The type of the result.</typeparam>
    /// <param name="registry">The handlers.</param>
    /// <param name="func">The function that it runs.</param>
    /// <param name="handler">What runs.</param>
    /// <param name="json">How JSON is read and written; web defaults (camelCase) when null.</param>
    public static HandlerRegistry Add<TIn, TOut>(
        this HandlerRegistry registry, string func, Func<TIn, IProcessContext, Task<TOut>> handler, JsonSerializerOptions? json = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(handler);
        var options = json ?? JsonSerializerOptions.Web;
        return registry.Add(func, async context => HandlerJson.Write(await handler(HandlerJson.Read<TIn>(context, options), context), options));
    }

    /// <summary>Adds a handler with an input and no result.</summary>
    /// <typeparam name="TIn">The type of the input.</typeparam>
    /// <param name="registry">The handlers.</param>
    /// <param name="func">The function that it runs.</param>
    /// <param name="handler">What runs.</param>
    /// <param name="json">How JSON is read; web defaults (camelCase) when null.</param>
    public static HandlerRegistry Add<TIn>(
        this HandlerRegistry registry, string func, Func<TIn, IProcessContext, Task> handler, JsonSerializerOptions? json = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(handler);
        var options = json ?? JsonSerializerOptions.Web;
        return registry.Add(func, async context =>
        {
            await handler(HandlerJson.Read<TIn>(context, options), context);
            return null;
        });
    }

    /// <summary>Adds a handler that is a class; each attempt gets a new one, in a scope of services that ends with the attempt.</summary>
    /// <typeparam name="THandler">The class. It need not be registered; what its constructor wants must be.</typeparam>
    /// <param name="registry">The handlers.</param>
    /// <param name="func">The function that it runs.</param>
    /// <param name="services">Where its services come from.</param>
    public static HandlerRegistry Add<THandler>(this HandlerRegistry registry, string func, IServiceProvider services)
        where THandler : class, IProcessHandler
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(services);
        return registry.Add(func, async context =>
        {
            await using var scope = services.CreateAsyncScope();
            if (scope.ServiceProvider.GetService<THandler>() is { } registered)
            {
                return await registered.RunAsync(context);
            }

            var made = ActivatorUtilities.CreateInstance<THandler>(scope.ServiceProvider);
            try
            {
                return await made.RunAsync(context);
            }
            finally
            {
                await DisposeAsync(made);
            }
        });
    }

    // What the container did not make it does not dispose.
    private static async ValueTask DisposeAsync(object made)
    {
        if (made is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync();
        }
        else if (made is IDisposable plain)
        {
            plain.Dispose();
        }
    }
}
