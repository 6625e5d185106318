using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Muster.Workers.Shared;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Muster.Workers.Amqp;

/// <summary>Keeps a connection to a broker, and channels on it: what closes is opened again, a channel without its connection where that is still good.</summary>
/// <param name="factory">Where the broker is. Its own recovery is switched off.</param>
/// <param name="waits">How long it waits before the next attempt.</param>
/// <param name="clock">What it waits by.</param>
/// <param name="log">Says what was lost and why.</param>
public sealed partial class AmqpLink(ConnectionFactory factory, Backoff waits, TimeProvider clock, ILogger log)
{
    /// <summary>Connects, and connects again, until it is to end.</summary>
    /// <param name="session">What happens over a connection; its token is cancelled when the connection is gone or all is over.</param>
    /// <param name="end">Cancelled when all is over. The connection is closed then.</param>
    public Task RunAsync(Func<IConnection, CancellationToken, Task> session, CancellationToken end)
    {
        ArgumentNullException.ThrowIfNull(factory);
        factory.AutomaticRecoveryEnabled = false;
        factory.TopologyRecoveryEnabled = false;
        return RepeatAsync($"The connection to {factory.HostName}:{factory.Port}", () => ConnectAsync(session, end), end);
    }

    /// <summary>Opens a channel, and opens it again, until its connection is gone.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="what">What it is for, for the log: <c>worker.noop</c>.</param>
    /// <param name="options">How it is opened; null for a plain one.</param>
    /// <param name="work">What happens over it; its token is cancelled when the channel is closed.</param>
    /// <param name="gone">Cancelled when the connection is gone.</param>
    public Task KeepChannelAsync(IConnection connection, string what, CreateChannelOptions? options, Func<IChannel, CancellationToken, Task> work, CancellationToken gone)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(work);
        return RepeatAsync($"The channel for {what}", () => OpenAsync(connection, options, work, gone), gone);
    }

    private async Task<string?> ConnectAsync(Func<IConnection, CancellationToken, Task> session, CancellationToken end)
    {
        var connection = await factory.CreateConnectionAsync(end).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(end);
            connection.ConnectionShutdownAsync += (_, _) => gone.CancelAsync();
            if (!connection.IsOpen)
            {
                return ReasonOf(connection.CloseReason);
            }

            LogConnected(log, factory.HostName, factory.Port);
            await UntilCancelledAsync(session(connection, gone.Token)).ConfigureAwait(false);
            var reason = connection.CloseReason;
            if (reason is null)
            {
                await connection.CloseAsync(Constants.ReplySuccess, "the worker ends", TimeSpan.FromSeconds(5), abort: true, CancellationToken.None).ConfigureAwait(false);
            }

            return ReasonOf(reason);
        }
    }

    private static async Task<string?> OpenAsync(IConnection connection, CreateChannelOptions? options, Func<IChannel, CancellationToken, Task> work, CancellationToken gone)
    {
        var channel = await connection.CreateChannelAsync(options, gone).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            using var closed = CancellationTokenSource.CreateLinkedTokenSource(gone);
            channel.ChannelShutdownAsync += (_, _) => closed.CancelAsync();
            try
            {
                await UntilCancelledAsync(work(channel, closed.Token)).ConfigureAwait(false);
            }
            catch (OperationInterruptedException) when (channel.CloseReason is not null)
            {
                // What closed it is the reason that is told.
            }

            return ReasonOf(channel.CloseReason);
        }
    }

    private async Task RepeatAsync(string what, Func<Task<string?>> once, CancellationToken end)
    {
        for (var failures = 0; !end.IsCancellationRequested; failures++)
        {
            var start = clock.GetTimestamp();
            string? reason;
            try
            {
                reason = await once().ConfigureAwait(false);
            }
            catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or SocketException or IOException or TimeoutException or OperationCanceledException)
            {
                reason = (e.InnerException ?? e).Message;
            }

            if (end.IsCancellationRequested)
            {
                return;
            }

            // What lasted a while had nothing wrong with it at the beginning.
            failures = clock.GetElapsedTime(start) > waits.Cap ? 0 : failures;
            var wait = waits.After(failures + 1);
            LogLost(log, what, reason ?? "its work ended", wait.TotalSeconds);
            try
            {
                await Task.Delay(wait, clock, end).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task UntilCancelledAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The channel or the connection is gone, or all is over: each is told by its reason.
        }
    }

    private static string? ReasonOf(ShutdownEventArgs? reason) =>
        reason is null ? null : reason.ReplyText.Length > 0 ? $"{reason.ReplyText} ({reason.ReplyCode})" : reason.ToString();

    [LoggerMessage(1, LogLevel.Information, "Connected to {Host}:{Port}")]
    private static partial void LogConnected(ILogger log, string host, int port);

    [LoggerMessage(2, LogLevel.Warning, "{What} was closed or could not be opened: {Reason}. The next attempt comes in {Seconds} s")]
    private static partial void LogLost(ILogger log, string what, string reason, double seconds);
}
