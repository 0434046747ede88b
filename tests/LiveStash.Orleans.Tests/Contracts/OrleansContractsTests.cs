using System.Reflection;
using System.Text;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Grains;
using LiveStash.Orleans.Server.Migration;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Storage;
using LiveStash.Statistics;
using Orleans.Hosting;
using Orleans.Runtime;

namespace LiveStash.Orleans.Tests.Contracts;

/// <summary>
/// What silos and clients of different versions have to agree on, and what is in storage and in reminder tables. A change
/// here is a change for every running cluster: add, never rename, renumber or remove.
/// </summary>
public sealed class OrleansContractsTests
{
    private const BindingFlags AnyMember = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
    private static readonly Assembly[] Assemblies = [typeof(IStashGrain).Assembly, typeof(StashGrain).Assembly];

    [Fact]
    public void Contracts_AsPinned_AreUnchanged()
    {
        var text = new StringBuilder();
        foreach (var type in Types(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)))
        {
            text.AppendLine($"interface \"{AliasOf(type)}\" {type.FullName} : {string.Join(", ", type.GetInterfaces().Select(parent => parent.Name).Order())}");
            foreach (var method in type.GetMethods().OrderBy(method => method.Name, StringComparer.Ordinal))
            {
                text.AppendLine($"  \"{AliasOf(method)}\" {method.ReturnType} {method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType))})");
            }
        }

        foreach (var type in Types(type => typeof(IGrain).IsAssignableFrom(type) && type is { IsClass: true, IsAbstract: false } && !IsGenerated(type)))
        {
            text.AppendLine($"grain \"{type.GetCustomAttribute<GrainTypeAttribute>()?.GetGrainType(null!, type)}\" {type.FullName}");
        }

        foreach (var type in Types(type => type.IsDefined(typeof(GenerateSerializerAttribute))))
        {
            text.AppendLine($"type \"{AliasOf(type)}\" {type.FullName}{(type.IsDefined(typeof(ImmutableAttribute)) ? " immutable" : "")}");
            foreach (var (member, id) in Members(type))
            {
                text.AppendLine($"  {id} {(member as PropertyInfo)?.PropertyType ?? ((FieldInfo)member).FieldType} {member.Name}");
            }
        }

        text.AppendLine($"names storage \"{StashGrainOptions.StorageName}\" state \"{GrainStorageStore.StateName}\" former reminder \"{StashGrain.FormerReminderName}\" directory \"{StashGrainOptions.DirectoryName}\" migration \"{MigratedStash.Key}\"");
        text.AppendLine($"ledgers of {LedgerGrain.Count} state \"{LedgerGrain.StateName}\" sheets of \"{LedgerGrain.SheetTypeName}\" state \"{LedgerGrain.SheetStateName}\" reminder \"{LedgerGrain.ReminderName}\"");
        text.AppendLine($"statistics columns {string.Join(' ', typeof(StatisticsColumn).GetFields().Select(column => $"{column.Name}={column.GetRawConstantValue()}"))} bucket {StatisticsClock.Step} ms");
        foreach (var type in new[] { typeof(StashOpenMode), typeof(StashOutcome), typeof(StashDurability), typeof(StashNodeState) })
        {
            text.AppendLine($"numbers {type.FullName}");
            foreach (var value in Enum.GetValuesAsUnderlyingType(type))
            {
                text.AppendLine($"  {value} {Enum.GetName(type, value)}");
            }
        }

        PinnedText.AssertEqual("OrleansContracts.txt", text.ToString());
    }

    [Fact]
    public void Contracts_EveryTypeAndMember_HasAnAliasOrAnId()
    {
        foreach (var type in Types(type => type.IsDefined(typeof(GenerateSerializerAttribute))))
        {
            Assert.False(string.IsNullOrEmpty(AliasOf(type)), $"{type} has no alias: moving it would break running clusters.");
            var state = type.GetFields(AnyMember).Where(field => !field.IsStatic).ToList();
            Assert.Equal(state.Count, Members(type).Count);
        }
    }

    [Fact]
    public void Contracts_EveryMember_IsOfATypeThatNoMessageHasToName()
    {
        var members = Types(type => type.IsDefined(typeof(GenerateSerializerAttribute))).SelectMany(Members)
            .Select(member => (member.Member, Type: (member.Member as PropertyInfo)?.PropertyType ?? ((FieldInfo)member.Member).FieldType)).ToArray();

        Assert.NotEmpty(members);
        Assert.All(members, member => Assert.True((member.Type.GetElementType() ?? member.Type).IsSealed, $"{member.Member.DeclaringType}.{member.Member.Name} may hold a type that the message names."));
    }

    private static List<(MemberInfo Member, uint Id)> Members(Type type) =>
    [
        .. type.GetMembers(AnyMember)
            .Select(member => (Member: member, Id: member.GetCustomAttribute<IdAttribute>()?.Id))
            .Where(member => member.Id is not null)
            .Select(member => (member.Member, member.Id!.Value))
            .OrderBy(member => member.Value),
    ];

    private static IEnumerable<Type> Types(Func<Type, bool> predicate) =>
        Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => predicate(type)).OrderBy(type => type.FullName, StringComparer.Ordinal);

    private static bool IsGenerated(Type type) => type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) == true;

    private static string? AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias;
}
