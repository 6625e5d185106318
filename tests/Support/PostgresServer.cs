using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Muster.Tests.Support;

/// <summary>A private PostgreSQL server on loopback, in a folder of its own. It ends with the tests.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> OfThisRun = new(StartAsync);

    private readonly string _folder;
    private readonly int _port;
    private readonly Process _watch;
    private Process? _process;
    private int _databases;

    private readonly string _host;

    private PostgresServer(string folder, string host, int port)
    {
        _folder = folder;
        _host = host;
        _port = port;
        _watch = Watch(folder);
    }

    /// <summary>The one that all tests of this run share, each class with a database of its own.</summary>
    public static Task<PostgresServer> SharedAsync() => OfThisRun.Value;

    /// <summary>Its port.</summary>
    public int Port => _port;

    /// <summary>The number of its process; 0 while it is away.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Makes a server that nobody else uses, and starts it.</summary>
    public static Task<PostgresServer> StartAsync() => StartAsync("127.0.0.1", "127.0.0.1/32");

    /// <summary>Makes a server that nobody else uses, on an address in a network namespace of the test, and starts it.</summary>
    /// <param name="host">Where it listens.</param>
    /// <param name="callers">From where it may be called, as ADDRESS/BITS.</param>
    public static async Task<PostgresServer> StartAsync(string host, string callers)
    {
        var folder = Directory.CreateTempSubdirectory("muster-postgres-").FullName;
        var server = new PostgresServer(folder, host, FreePort());
        // The server refuses to be run by root; then the user of its package runs it.
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", folder).ConfigureAwait(false);
        }

        await RunAsync([.. AsUser, Binary("initdb"), "--pgdata", server.Data, "--username", "muster", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]).ConfigureAwait(false);
        await File.AppendAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"), $"host all all {callers} trust\n").ConfigureAwait(false);
        await server.StartAgainAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>Starts it again after <see cref="KillAsync"/> or <see cref="StopAsync"/>, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        string[] command = [.. AsUser, Binary("postgres"), "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture),
            "-c", $"listen_addresses={_host}", "-c", $"unix_socket_directories={_folder}", "-c", "max_connections=300"];
        _process = Process.Start(Command(command))!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.TrueAsync(AnswersAsync).ConfigureAwait(false);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>Ends it in order: sessions are ended, nothing is lost.</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Makes an empty database, and gives its address.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(Address("postgres"), $"CREATE DATABASE {name}").ConfigureAwait(false);
        return Address(name);
    }

    /// <summary>Makes an empty database whose tables lie in another folder, and gives its address. The log stays where it is.</summary>
    public async Task<string> NewDatabaseInAsync(string folder)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", folder).ConfigureAwait(false);
        }

        var tables = Path.Combine(folder, "tables");
        await RunAsync([.. AsUser, "mkdir", tables]).ConfigureAwait(false);
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(Address("postgres"), $"CREATE TABLESPACE {name} LOCATION '{tables}'").ConfigureAwait(false);
        await ExecuteAsync(Address("postgres"), $"CREATE DATABASE {name} TABLESPACE {name}").ConfigureAwait(false);
        return Address(name);
    }

    /// <summary>The address of a database.</summary>
    public string Address(string database) => $"Host={_host};Port={_port};Username=muster;Database={database}";

    /// <summary>From now on this user needs a password.</summary>
    public async Task RequirePasswordAsync(string user)
    {
        var rules = Path.Combine(Data, "pg_hba.conf");
        var text = await File.ReadAllTextAsync(rules).ConfigureAwait(false);
        await File.WriteAllTextAsync(rules, $"host all {user} 127.0.0.1/32 scram-sha-256\n{text}").ConfigureAwait(false);
        await ExecuteAsync(Address("postgres"), "SELECT pg_reload_conf()").ConfigureAwait(false);
        // The server reads its rules anew a moment later.
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await ExecuteAsync($"Host=127.0.0.1;Port={_port};Username={user};Database=postgres", "SELECT 1").ConfigureAwait(false);
                return false;
            }
            catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
            {
                return true;
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Runs a program of PostgreSQL, like pg_dump, on a database of this server.</summary>
    /// <param name="address">The database.</param>
    /// <param name="tool">Its name.</param>
    /// <param name="arguments">What it is given besides server and user.</param>
    public Task RunToolAsync(string address, string tool, params string[] arguments) =>
        RunAsync([Binary(tool), "--host", _host, "--port", _port.ToString(CultureInfo.InvariantCulture), "--username", "muster", "--dbname", new NpgsqlConnectionStringBuilder(address).Database!, .. arguments]);

    /// <summary>Runs a statement past the store.</summary>
    public static async Task ExecuteAsync(string address, string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{address};Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _watch.StandardInput.Close();
        await _watch.WaitForExitAsync().ConfigureAwait(false);
        _watch.Dispose();
        _process?.Dispose();
    }

    private string Data => Path.Combine(_folder, "data");

    private static string[] AsUser => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] : [];

    // Ends the server and removes its folder when its input ends: with this program, however that ends.
    private static Process Watch(string folder)
    {
        var start = Command(["sh", "-c", "trap '' INT TERM; cat >/dev/null; kill -QUIT \"$(head -n 1 \"$1/data/postmaster.pid\")\" 2>/dev/null; for i in 1 2 3 4 5 6 7 8 9 10; do [ -e \"$1/data/postmaster.pid\" ] || break; sleep 0.2; done; rm -rf \"$1\"", "watch", folder]);
        start.RedirectStandardInput = true;
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync(Address("postgres"), "SELECT 1").ConfigureAwait(false);
            return true;
        }
        catch (NpgsqlException) when (_process is { HasExited: false })
        {
            return false;
        }
    }

    private async Task EndAsync(string signal)
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        await RunAsync("kill", $"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
        _process = null;
    }

    private static string Binary(string name)
    {
        // Debian keeps the versions side by side, outside the search path.
        const string Debian = "/usr/lib/postgresql";
        var newest = Directory.Exists(Debian)
            ? Directory.EnumerateDirectories(Debian).Select(d => Path.Combine(d, "bin", name)).Where(File.Exists).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        return newest ?? name;
    }

    private static ProcessStartInfo Command(string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { WorkingDirectory = "/", RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(Command(command))!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await error.ConfigureAwait(false)}");
        }
    }
}
