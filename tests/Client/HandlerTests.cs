using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Client.Handlers;
using Shouldly;

namespace Muster.Tests.Client;

public sealed class HandlerTests
{
    [Theory]
    [InlineData("""{"width":3}""", "[]", "{}", 3)]
    [InlineData(null, """[{"width":4}]""", "{}", 4)]
    [InlineData(null, "[]", """{"width":5}""", 5)]
    public async Task The_input_is_the_input_or_the_only_argument_or_the_named_arguments(string? input, string args, string kwargs, int width)
    {
        var handlers = new HandlerRegistry().Add<Size, int>("f", (size, _) => Task.FromResult(size.Width));

        (await handlers.Find("f")!(new Context(input, args, kwargs)))!.Value.GetInt32().ShouldBe(width);
    }

    [Theory]
    [InlineData(null, "[]", "{}")]
    [InlineData(null, "[1,2]", "{}")]
    [InlineData("\"text\"", "[]", "{}")]
    [InlineData("{\"width\":\"wide\"}", "[]", "{}")]
    public async Task An_input_that_is_missing_or_of_another_kind_fails_for_good(string? input, string args, string kwargs)
    {
        var handlers = new HandlerRegistry().Add<Size, int>("f", (size, _) => Task.FromResult(size.Width));

        (await Should.ThrowAsync<FinalFailureException>(() => handlers.Find("f")!(new Context(input, args, kwargs)))).Message.ShouldContain("f");
    }

    [Fact]
    public async Task No_result_is_no_json()
    {
        var handlers = new HandlerRegistry()
            .Add<int>("nothing", (_, _) => Task.CompletedTask)
            .Add<int, string?>("null", (_, _) => Task.FromResult<string?>(null))
            .Add<int, JsonElement>("undefined", (_, _) => Task.FromResult(default(JsonElement)));

        foreach (var func in handlers.Functions)
        {
            (await handlers.Find(func)!(new Context("1", "[]", "{}"))).ShouldBeNull();
        }
    }

    [Fact]
    public void A_function_has_one_handler() => Should.Throw<ArgumentException>(() =>
        new HandlerRegistry().Add<int>("f", (_, _) => Task.CompletedTask).Add<int>("f", (_, _) => Task.CompletedTask));

    [Fact]
    public async Task A_handler_class_is_made_for_each_attempt_with_services_that_end_with_it()
    {
        await using var services = new ServiceCollection().AddScoped<Connection>().BuildServiceProvider();
        var handlers = new HandlerRegistry().Add<Doubling>("f", services);

        var first = await handlers.Find("f")!(new Context("4", "[]", "{}"));
        var second = await handlers.Find("f")!(new Context("5", "[]", "{}"));

        first!.Value.GetInt32().ShouldBe(8);
        second!.Value.GetInt32().ShouldBe(10);
        Doubling.Connections.Count.ShouldBe(2);
        Doubling.Connections.ShouldAllBe(connection => connection.Closed);
    }

    private sealed record Size(int Width);

    private sealed class Connection : IDisposable
    {
        public bool Closed { get; private set; }

        public void Dispose() => Closed = true;
    }

    private sealed class Doubling(Connection connection) : TypedHandler<int, int>
    {
        public static readonly HashSet<Connection> Connections = [];

        protected override Task<int> RunAsync(int input, IProcessContext context)
        {
            Connections.Add(connection);
            connection.Closed.ShouldBeFalse();
            return Task.FromResult(input * 2);
        }
    }

    private sealed class Context(string? input, string args, string kwargs) : IProcessContext
    {
        public string Namespace => "default";

        public string ProcessId => "p";

        public int Attempt => 1;

        public string Func => "f";

        public IReadOnlyList<JsonElement> Args => JsonSerializer.Deserialize<JsonElement[]>(args)!;

        public IReadOnlyDictionary<string, JsonElement> Kwargs => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(kwargs)!;

        public JsonElement? Input => input is null ? null : JsonSerializer.Deserialize<JsonElement>(input);

        public IReadOnlyDictionary<string, string> Env => new Dictionary<string, string>();

        public JsonElement? Checkpoint => null;

        public string? TraceParent => null;

        public string WorkingFolder => throw new NotSupportedException();

        public CancellationToken Cancelled => CancellationToken.None;

        public void Log(string text, string stream = "log") => throw new NotSupportedException();

        public void Progress(double? fraction, string? message = null) => throw new NotSupportedException();

        public Task CheckpointAsync(JsonElement checkpoint) => throw new NotSupportedException();
    }
}
