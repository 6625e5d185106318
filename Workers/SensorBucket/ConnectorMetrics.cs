using System.Globalization;
using System.Net;
using System.Text;
using Muster.Workers.Shared;

namespace Muster.Workers.SensorBucket;

/// <summary>Counts, and serves the counts at <c>/metrics</c>.</summary>
internal sealed class ConnectorMetrics : IDisposable
{
    private HttpListener? _listener;
    private long _success;
    private long _fail;

    /// <summary>A result was published.</summary>
    public void Succeeded() => Interlocked.Increment(ref _success);

    /// <summary>A message went to the error topic, or was given up.</summary>
    public void Failed() => Interlocked.Increment(ref _fail);

    /// <summary>Serves them from now on.</summary>
    /// <param name="address"><c>[HOST]:PORT</c>; empty for nowhere.</param>
    /// <exception cref="WorkerException">Somebody listens there already.</exception>
    public void Serve(string address)
    {
        if (address.Length == 0)
        {
            return;
        }

        var listener = new HttpListener();
        listener.Prefixes.Add($"http://{(address[0] == ':' ? "*" : "")}{address}/");
        try
        {
            listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new WorkerException($"METRICS_ADDR {address} cannot be used: {e.Message}. Choose another, or none with METRICS_ADDR=.", inner: e);
        }

        _listener = listener;
        _ = ServeAsync(listener);
    }

    /// <summary>As Prometheus reads them.</summary>
    public override string ToString()
    {
        var (success, fail) = (Interlocked.Read(ref _success), Interlocked.Read(ref _fail));
        var text = new StringBuilder();
        foreach (var (name, help, value) in ((string, string, long)[])[("processed", "Messages that are done with", success + fail), ("success", "Messages whose result was published", success), ("fail", "Messages that went to the error topic or were given up", fail)])
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP sensorbucket_fissionrmqconnect_{name} {help}\n# TYPE sensorbucket_fissionrmqconnect_{name} counter\nsensorbucket_fissionrmqconnect_{name} {value}\n");
        }

        return text.ToString();
    }

    /// <inheritdoc />
    public void Dispose() => _listener?.Close();

    private async Task ServeAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync().ConfigureAwait(false);
                using var response = context.Response;
                var found = context.Request.Url?.AbsolutePath == "/metrics";
                response.StatusCode = (int)(found ? HttpStatusCode.OK : HttpStatusCode.NotFound);
                response.ContentType = "text/plain; version=0.0.4";
                await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(found ? ToString() : "See /metrics\n")).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // Who asked has gone, or the program ends.
            }
        }
    }
}
