using System.Reflection;
using System.Text.Json;
using Akka.Actor;
using Muster.Messages;

namespace Muster.Tests.Unit.Serialization;

/// <summary>Makes an instance of any message in which every field has another value than its default, always the same one.</summary>
internal static class Full
{
    private static readonly DateTimeOffset At = new(2026, 3, 14, 15, 9, 26, 535, TimeSpan.Zero);

    /// <summary>The address that stands in messages that carry one.</summary>
    public static IActorRef Address { get; set; } = ActorRefs.Nobody;

    public static object Of(Type type) => Value(type, type.Name, null);

    public static IEnumerable<PropertyInfo> Fields(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite && p.GetIndexParameters().Length == 0);

    private static object Value(Type type, string name, object? unlike)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => $"the {name}",
            _ when type == typeof(bool) => unlike is not true,
            _ when type == typeof(int) => 1000 + name.Length,
            _ when type == typeof(long) => 10_000_000_000L + name.Length,
            _ when type == typeof(double) => 0.5 + name.Length,
            _ when type == typeof(DateTimeOffset) => At.AddSeconds(name.Length),
            _ when type == typeof(TimeSpan) => TimeSpan.FromMilliseconds(1_250 + name.Length),
            _ when type == typeof(JsonElement) => JsonElement.Parse($"{{\"{name}\":[1,null,\"ü\"]}}"),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([.. System.Text.Encoding.UTF8.GetBytes(name), 0, 255]),
            _ when type == typeof(ActorRef) => new ActorRef(Address),
            _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(v => !v.Equals(unlike)),
            _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => Array(type, name),
            _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>) => Map(type, name),
            _ => Record(type),
        };
    }

    private static object Array(Type type, string name)
    {
        var item = type.GetGenericArguments()[0];
        var items = System.Array.CreateInstance(item, 2);
        items.SetValue(Value(item, name, null), 0);
        items.SetValue(Value(item, name + "2", null), 1);
        return typeof(ImmutableArray).GetMethods().Single(m => m is { Name: nameof(ImmutableArray.CreateRange) } && m.GetParameters().Length == 1 && m.GetGenericArguments().Length == 1)
            .MakeGenericMethod(item).Invoke(null, [items])!;
    }

    private static object Map(Type type, string name)
    {
        var value = type.GetGenericArguments()[1];
        dynamic map = type.GetField("Empty")!.GetValue(null)!;
        return map.Add("a", (dynamic)Value(value, name, null)).Add("b", (dynamic)Value(value, name + "2", null));
    }

    private static object Record(Type type)
    {
        // A positional record has a constructor that takes all; the one that takes its like is for copies.
        var constructor = type.GetConstructors().Where(c => c.GetParameters().All(p => p.ParameterType != type)).MaxBy(c => c.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Value(p.ParameterType, p.Name!, null))]);
        if (constructor.GetParameters().Length == 0)
        {
            foreach (var field in Fields(type))
            {
                field.SetValue(made, Value(field.PropertyType, field.Name, field.GetValue(made)));
            }
        }

        return made;
    }
}
