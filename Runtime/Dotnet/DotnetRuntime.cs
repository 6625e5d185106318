using System.Diagnostics;
using System.Text.Json;
using Muster.Client.Handlers;

namespace Muster.Runtime.Dotnet;

/// <summary>Runs handlers inside the node.</summary>
/// <param name="handlers">The handlers.</param>
/// <param name="clock">The time.</param>
public sealed class DotnetRuntime(HandlerRegistry handlers, TimeProvider clock) : IRuntime
{
    /// <summary>The name of the runtime.</summary>
    public const string RuntimeName = "dotnet";

    /// <summary>A handler that does not return this long after it was cancelled is left alone and its result dropped.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly ActivitySource Source = new("Muster.Runtime");

    /// <inheritdoc />
    public string Name => RuntimeName;

    /// <inheritdoc />
    public IReadOnlyCollection<string> Functions => handlers.Functions;

    /// <inheritdoc />
    public async Task<RunOutcome> RunAsync(RunRequest request, IRunChannel channel, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(channel);
        if (handlers.Find(request.Spec.Func) is not { } handler)
        {
            var known = handlers.Functions.Count == 0 ? "none" : string.Join(", ", handlers.Functions.Order(StringComparer.Ordinal));
            return new RunOutcome.Failed($"There is no handler for the function '{request.Spec.Func}'. Handlers here: {known}.", Retryable: false);
        }

        var context = new HandlerContext(request, channel, cancelled);
        var work = Task.Run(() => InvokeAsync(handler, context), CancellationToken.None);
        if (!await EndsAsync(work, cancelled).ConfigureAwait(false))
        {
            context.Abandon();
            return RunOutcome.Cancelled.Instance;
        }

        try
        {
            // A result whose document the handler disposes would be gone by the time it is sent.
            return new RunOutcome.Completed((await work.ConfigureAwait(false))?.Clone());
        }
        catch (FinalFailureException e)
        {
            return new RunOutcome.Failed(e.Message, Retryable: false);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return RunOutcome.Cancelled.Instance;
        }
        catch (Exception e)
        {
            context.Log(e.ToString(), "stderr");
            return new RunOutcome.Failed($"{e.GetType().Name}: {e.Message}", Retryable: true);
        }
    }

    private static async Task<JsonElement?> InvokeAsync(ProcessHandler handler, HandlerContext context)
    {
        using var activity = Source.HasListeners() ? Source.StartActivity(context.Func, ActivityKind.Consumer, context.TraceParent) : null;
        activity?.SetTag("muster.process_id", context.ProcessId).SetTag("muster.attempt", context.Attempt);
        return await handler(context).ConfigureAwait(false);
    }

    // Nothing is timed before the cancellation: ten thousand attempts a second would be as many timers.
    private async Task<bool> EndsAsync(Task work, CancellationToken cancelled)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancelled.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), stop).ConfigureAwait(false);
        if (await Task.WhenAny(work, stop.Task).ConfigureAwait(false) == work)
        {
            return true;
        }

        using var grace = new CancellationTokenSource(Grace, clock);
        var tooLong = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var late = grace.Token.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), tooLong).ConfigureAwait(false);
        if (await Task.WhenAny(work, tooLong.Task).ConfigureAwait(false) == work)
        {
            return true;
        }

        _ = work.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return false;
    }
}
