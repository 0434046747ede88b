using System.Buffers;
using System.Reflection;
using LiveStash.Declaring;

namespace LiveStash.Testing;

/// <summary>What a test says was saved of one component or service.</summary>
internal sealed class SavedSlot
{
    private readonly StashPlan _plan;
    private readonly string _name;
    private readonly (StashProperty Property, object? Value)[] _values;

    /// <param name="plan">The type's.</param>
    /// <param name="values">An object with the values as properties.</param>
    /// <param name="key">What tells the instance apart.</param>
    /// <param name="at">When it was saved.</param>
    /// <param name="losses">How often the engine had lost everything by then.</param>
    public SavedSlot(StashPlan plan, object values, string? key, DateTimeOffset at, int losses)
    {
        (_plan, _name, At, Losses) = (plan, StashNames.Slot(plan, key), at, losses);
        _values = [.. values.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(property => Check(plan, property.Name, property.GetValue(values)))];
    }

    public DateTimeOffset At { get; }

    public int Losses { get; }

    /// <summary>The entries.</summary>
    /// <param name="serializer">The app's.</param>
    /// <param name="isScopeOpen">Whether what neither property nor class say may be of any scope.</param>
    public IEnumerable<StashEntry> Entries(IStashSerializer serializer, bool isScopeOpen)
    {
        foreach (var (property, value) in _values)
        {
            var bytes = (ReadOnlyMemory<byte>)Generic(nameof(Write), property.Type).Invoke(null, [serializer, value])!;
            var scope = property.Scope ?? _plan.Defaults.ScopeOrNull;
            var scopes = scope is { } named ? [named] : isScopeOpen || _plan.NeedsParameters ? Enum.GetValues<StashScope>() : [StashScope.Reconnect];
            foreach (var one in scopes)
            {
                yield return new(StashNames.Entry(_name, property.Name, one), bytes);
            }
        }
    }

    /// <summary>The values among the entries of a stash, by the names of their properties.</summary>
    public static Dictionary<string, object?> Read(StashPlan plan, string? key, IReadOnlyList<StashEntry> entries, IStashSerializer serializer)
    {
        var (slot, values) = (StashNames.Slot(plan, key), new Dictionary<string, object?>(StringComparer.Ordinal));
        foreach (var property in plan.Properties)
        {
            foreach (var scope in Enum.GetValues<StashScope>())
            {
                if (entries.Where(entry => entry.Name == StashNames.Entry(slot, property.Name, scope)).ToArray() is [var entry])
                {
                    values[property.Name] = Generic(nameof(Read), property.Type).Invoke(null, [serializer, entry.Value]);
                }
            }
        }

        return values;
    }

    private static (StashProperty Property, object? Value) Check(StashPlan plan, string name, object? value)
    {
        var property = plan.Properties.FirstOrDefault(property => property.Name == name) ?? throw new ArgumentException(
            $"{plan.TypeName} has no [Stash] property {name}. It has: {string.Join(", ", plan.Properties.Select(static property => property.Name))}.", nameof(name));
        var fits = value is null ? !property.Type.IsValueType || Nullable.GetUnderlyingType(property.Type) is not null : property.Type.IsInstanceOfType(value);
        return fits ? (property, value) : throw new ArgumentException(
            $"The [Stash] property {plan.TypeName}.{name} is of type {property.Type}, and the value of type {value?.GetType().ToString() ?? "null"}.", nameof(value));
    }

    private static MethodInfo Generic(string name, Type type) =>
        typeof(SavedSlot).GetMethods(BindingFlags.Static | BindingFlags.NonPublic).Single(method => method.Name == name && method.IsGenericMethod).MakeGenericMethod(type);

    private static ReadOnlyMemory<byte> Write<T>(IStashSerializer serializer, T value)
    {
        var writer = new ArrayBufferWriter<byte>();
        serializer.Serialize(writer, value);
        return writer.WrittenMemory;
    }

    private static T? Read<T>(IStashSerializer serializer, ReadOnlyMemory<byte> bytes) => serializer.Deserialize<T>(bytes.Span);
}
