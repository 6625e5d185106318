using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Muster.Runtime.Instances;

/// <summary>The node's end of the socket of an instance: takes its connections, one at a time, and reads and writes lines.</summary>
internal sealed class InstanceLine : IAsyncDisposable
{
    /// <summary>What waits to be written; an instance that reads nothing for so long has no use for more.</summary>
    private const int WaitingAllowed = 4_096;

    private readonly string _path;
    private readonly int _lineLimit;
    private readonly IInstanceLineUser _user;
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Task _accepting;
    private Connection? _current;
    private int _disposed;

    /// <summary>Listens.</summary>
    /// <param name="path">Where; what an earlier life left there is removed.</param>
    /// <param name="lineLimit">The longest line, in bytes.</param>
    /// <param name="user">Who hears it.</param>
    public InstanceLine(string path, int lineLimit, IInstanceLineUser user)
    {
        _path = path;
        _lineLimit = lineLimit;
        _user = user;
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen(4);
        _accepting = AcceptAsync();
    }

    /// <summary>Whether the instance is connected.</summary>
    public bool IsConnected => Volatile.Read(ref _current) is not null;

    /// <summary>Sends a line; false when there is nobody to send it to.</summary>
    public bool TrySend(ReadOnlyMemory<byte> line) => Volatile.Read(ref _current)?.Writing.Writer.TryWrite(line) == true;

    /// <summary>Closes the connection and listens no more; the instance may go on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            _listener.Dispose();
            File.Delete(_path);
            await _accepting.ConfigureAwait(false);
            _stop.Dispose();
        }
        else
        {
            await _accepting.ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync()
    {
        var last = Task.CompletedTask;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);

                // An instance has one connection; a new one means that it gave up the old one.
                Volatile.Read(ref _current)?.Socket.Dispose();
                await last.ConfigureAwait(false);
                last = ServeAsync(new Connection(socket));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (e is SocketException && !_stop.IsCancellationRequested)
                {
                    continue;
                }

                break;
            }
        }

        Volatile.Read(ref _current)?.Socket.Dispose();
        await last.ConfigureAwait(false);
    }

    private async Task ServeAsync(Connection connection)
    {
        Volatile.Write(ref _current, connection);
        var writing = WriteAsync(connection);
        string? breach = null;
        try
        {
            using var stream = new NetworkStream(connection.Socket, ownsSocket: false);
            breach = await ReadAsync(PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024))).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It has gone.
        }

        Volatile.Write(ref _current, null);
        connection.Writing.Writer.TryComplete();
        connection.Socket.Dispose();
        await writing.ConfigureAwait(false);
        if (!_stop.IsCancellationRequested)
        {
            _user.Disconnected(breach);
        }
    }

    // Returns what is wrong with what it said; null when it closed the connection.
    private async Task<string?> ReadAsync(PipeReader reader)
    {
        var greeted = false;
        while (true)
        {
            var read = await reader.ReadAsync(_stop.Token).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                if (line.Length > _lineLimit)
                {
                    return TooLong();
                }

                if (Take(line.IsSingleSegment ? line.First : line.ToArray(), ref greeted) is { } wrong)
                {
                    return wrong;
                }
            }

            if (buffer.Length > _lineLimit)
            {
                return TooLong();
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    private string? Take(ReadOnlyMemory<byte> line, ref bool greeted)
    {
        try
        {
            switch (InstanceMessage.Read(line))
            {
                case InstanceMessage.Hello { Protocol: not NodeMessage.Protocol } hello:
                    return $"It speaks version {hello.Protocol} of the protocol, and this node version {NodeMessage.Protocol}.";
                case InstanceMessage.Hello hello:
                    greeted = true;
                    _user.Heard(hello);
                    return null;
                case var _ when !greeted:
                    return "Its first line is not 'hello'.";
                case null:
                    return null;
                case var message:
                    _user.Heard(message);
                    return null;
            }
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private string TooLong() => string.Create(CultureInfo.InvariantCulture, $"It sent a line of more than {_lineLimit} bytes.");

    private static async Task WriteAsync(Connection connection)
    {
        try
        {
            var lines = new ArrayBufferWriter<byte>();
            while (await connection.Writing.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                lines.ResetWrittenCount();
                while (lines.WrittenCount < 64 * 1024 && connection.Writing.Reader.TryRead(out var line))
                {
                    lines.Write(line.Span);
                }

                for (var sent = 0; sent < lines.WrittenCount;)
                {
                    sent += await connection.Socket.SendAsync(lines.WrittenMemory[sent..], SocketFlags.None).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The reader sees the same.
        }
    }

    private sealed record Connection(Socket Socket)
    {
        public Channel<ReadOnlyMemory<byte>> Writing { get; } = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(WaitingAllowed) { SingleReader = true });
    }
}
