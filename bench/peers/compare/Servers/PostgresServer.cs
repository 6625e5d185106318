namespace Muster.Bench.Peers.Compare.Servers;

/// <summary>A PostgreSQL server of our own, as it comes: only the port and the folder are chosen.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "muster";
    private const string Account = "postgres";

    private readonly ServerProcess _server;
    private readonly string _programs;
    private readonly int _port;
    private int _databases;

    private PostgresServer(ServerProcess server, string programs, int port) => (_server, _programs, _port) = (server, programs, port);

    /// <summary>The newest installed version.</summary>
    /// <exception cref="Refusal">None is installed.</exception>
    public static string FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        var installed = Directory.Exists(Debian) ? Directory.GetDirectories(Debian) : [];
        return installed.Select(version => Path.Combine(version, "bin"))
            .Where(programs => File.Exists(Path.Combine(programs, "initdb")))
            .MaxBy(programs => int.TryParse(Path.GetFileName(Path.GetDirectoryName(programs)), out var version) ? version : 0)
            ?? throw new Refusal($"There is no PostgreSQL server in {Debian}: install the package postgresql.");
    }

    public static async Task<PostgresServer> StartAsync(string parent, CancellationToken cancel)
    {
        var programs = FindPrograms();
        var folder = Directory.CreateDirectory(Path.Combine(parent, "postgres")).FullName;
        var data = Path.Combine(folder, "data");
        var port = Ports.Free();
        // It refuses to run as root.
        string[] account = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid", Account, "--regid", Account, "--clear-groups"] : [];
        if (account.Length > 0)
        {
            await Programs.RunAsync(["chown", Account, folder], parent);
        }

        await Programs.RunAsync([.. account, Path.Combine(programs, "initdb"), "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"], folder);
        var server = await ServerProcess.StartAsync(
            "PostgreSQL", folder,
            [.. account, Path.Combine(programs, "postgres"), "-D", data, "-p", $"{port}", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "synchronous_commit=on"],
            // Told to terminate, it would wait for its clients.
            Programs.Interrupt, () => Answers(programs, port, parent), cancel);
        return new PostgresServer(server, programs, port);
    }

    /// <summary>The server, for who makes databases of his own.</summary>
    public string Address => AddressOf("postgres");

    /// <summary>Makes an empty database and gives its address.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"contestant_{++_databases}";
        await RunAsync("createdb", name);
        return AddressOf(name);
    }

    /// <summary>Drops the newest database, and writes out what is dirty, so that nobody pays for who ran before.</summary>
    public async Task CleanAsync()
    {
        if (_databases > 0)
        {
            await RunAsync("dropdb", "--if-exists", "--force", $"contestant_{_databases}");
        }

        await RunAsync("psql", "-q", "-c", "checkpoint", "postgres");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string AddressOf(string database) => $"postgres://{User}@127.0.0.1:{_port}/{database}";

    private Task RunAsync(string program, params string[] arguments) =>
        Programs.RunAsync([Path.Combine(_programs, program), "-h", "127.0.0.1", "-p", $"{_port}", "-U", User, .. arguments], "/");

    private static async Task<bool> Answers(string programs, int port, string folder)
    {
        try
        {
            await Programs.RunAsync([Path.Combine(programs, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", $"{port}"], folder);
            return true;
        }
        catch (Refusal)
        {
            return false;
        }
    }
}
