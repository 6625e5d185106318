using System.Net.WebSockets;

namespace Muster.Gateway.Colonies.Subscriptions;

/// <summary>Where the events of a connection go, one frame after the other. A client that takes none for long is cut off.</summary>
/// <param name="socket">The connection.</param>
/// <param name="stop">Ends with the connection.</param>
internal sealed class EventSink(WebSocket socket, CancellationToken stop) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Ends with the connection.</summary>
    public CancellationToken Stop => stop;

    /// <summary>Sends a frame.</summary>
    /// <exception cref="OperationCanceledException">The connection is over, or the client takes nothing.</exception>
    public Task SendAsync(byte[] frame, WebSocketMessageType type) => InTurnAsync(patient => socket.SendAsync(frame, type, endOfMessage: true, patient));

    /// <summary>Closes the connection in order.</summary>
    public Task CloseAsync() => InTurnAsync(patient => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patient));

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task InTurnAsync(Func<CancellationToken, Task> send)
    {
        await _turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            using var patient = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patient.CancelAfter(Patience);
            await send(patient.Token).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
