using System.Text.Json;

namespace Muster.Client.Handlers;

/// <summary>A handler as a class, with input and result as values of yours.</summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the result.</typeparam>
public abstract class TypedHandler<TIn, TOut> : IProcessHandler
{
    /// <summary>How JSON is read and written; web defaults (camelCase) unless overridden.</summary>
    protected virtual JsonSerializerOptions Json => JsonSerializerOptions.Web;

    /// <inheritdoc />
    public async Task<JsonElement?> RunAsync(IProcessContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return HandlerJson.Write(await RunAsync(HandlerJson.Read<TIn>(context, Json), context), Json);
    }

    /// <summary>Runs one attempt. An exception fails it, to be retried; a <see cref="FinalFailureException"/> fails the process for good.</summary>
    /// <param name="input">What was submitted.</param>
    /// <param name="context">The attempt.</param>
    /// <returns>The result.</returns>
    protected abstract Task<TOut> RunAsync(TIn input, IProcessContext context);
}
