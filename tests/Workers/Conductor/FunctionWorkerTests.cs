using System.Text.Json;
using Muster.Workers.Conductor;

namespace Muster.Tests.Workers.Conductor;

public sealed class FunctionWorkerTests
{
    private static readonly ConductorTask Task = JsonSerializer.Deserialize<ConductorTask>("""{"taskId":"t","workflowInstanceId":"w","inputData":{"name":"n","size":3},"surprise":[1]}""", JsonSerializerOptions.Web)!;

    public static TheoryData<string, Delegate> Forms => new()
    {
        { "task to result", (ConductorTask t) => TaskResult.Completed(t.TaskId) },
        { "task to object", (ConductorTask t) => t.TaskId },
        { "input to result", (Input i) => TaskResult.Completed(i.Name + i.Size) },
        { "input to object", (Input i) => i.Name + i.Size },
        { "awaited task to result", async (ConductorTask t) => { await System.Threading.Tasks.Task.Yield(); return TaskResult.Completed(t.TaskId); } },
        { "awaited input to object", async (Input i, CancellationToken c) => { await System.Threading.Tasks.Task.Delay(1, c); return i.Name + i.Size; } },
        { "value task", (Input i) => ValueTask.FromResult(i.Name + i.Size) },
        { "map", (Dictionary<string, JsonElement> i) => i["name"].GetString() + i["size"] },
        { "element", (JsonElement i) => i.GetProperty("name").GetString() + i.GetProperty("size") },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task All_forms_of_functions_are_workers(string form, Delegate function)
    {
        var output = await ConductorWorker.From("x", function).ExecuteAsync(Task, default);
        (output is TaskResult result ? result.OutputData : output).ShouldBe(form.Contains("task to", StringComparison.Ordinal) ? "t" : "n3");
        (output is TaskResult).ShouldBe(form.EndsWith("result", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_function_may_take_and_give_nothing()
    {
        (await ConductorWorker.From("x", () => { }).ExecuteAsync(Task, default)).ShouldBeNull();
        (await ConductorWorker.From("x", async () => await System.Threading.Tasks.Task.Yield()).ExecuteAsync(Task, default)).ShouldBeNull();
    }

    [Fact]
    public async Task An_input_that_does_not_fit_fails_for_good_and_an_exception_comes_as_it_is()
    {
        var e = await Should.ThrowAsync<TerminalTaskException>(() => ConductorWorker.From("x", (Wrong w) => w).ExecuteAsync(Task, default));
        e.Message.ShouldStartWith("The input is not what this worker takes: ");
        (await Should.ThrowAsync<InvalidOperationException>(() => ConductorWorker.From("x", new Func<ConductorTask, int>(_ => throw new InvalidOperationException("mine"))).ExecuteAsync(Task, default))).Message.ShouldBe("mine");
    }

    [Fact]
    public void A_function_that_takes_more_is_refused() => Should.Throw<ArgumentException>(() => ConductorWorker.From("x", (Input a, Input b) => a.Size + b.Size)).Message.ShouldContain("'x'");

    [Fact]
    public void Unknown_fields_of_a_task_are_kept() => Task.More["surprise"].GetRawText().ShouldBe("[1]");

    public sealed record Input(string Name, int Size);

    public sealed record Wrong(Uri[] Name);
}
