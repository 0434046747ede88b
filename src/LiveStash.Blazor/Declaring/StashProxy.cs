using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace LiveStash.Declaring;

/// <summary>
/// Makes, for a component type with <c>[Stash]</c> properties, a derived type that tells a <see cref="StashHook"/> when it gets
/// parameters, renders and goes. Blazor takes an instance of a derived type for the component; of a component that is not
/// derived from nobody outside of the renderer learns these things.
/// </summary>
internal static class StashProxy
{
    private const MethodAttributes Explicit =
        MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot;

    private static readonly ConcurrentDictionary<Type, Type?> Proxies = new();

    public static void ClearCache() => Proxies.Clear();

    /// <summary>The derived type; <see langword="null"/> where there can be none: the component is sealed.</summary>
    public static Type? For(Type component) => Proxies.GetOrAdd(component, static component => component.IsSealed ? null : Create(component));

    private static Type Create(Type component)
    {
        var type = Module(component).DefineType(NameOf(component), TypeAttributes.Public | TypeAttributes.Sealed, component);
        var hook = ImplementProxy(type);
        var constructors = component.GetConstructors();
        foreach (var constructor in constructors.Length > 0 ? constructors : component.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic))
        {
            PassOn(type, constructor);
        }

        type.AddInterfaceImplementation(typeof(IComponent));
        OverrideAttach(type, component, hook);
        OverrideSetParameters(type, component, hook);
        OverrideHandleEvent(type, component, hook);
        OverrideRender(type, component, hook);
        OverrideDispose(type, component, hook);
        return type.CreateType();
    }

    /// <summary>
    /// The same name where that can be, for what goes by it: logs, and the keys of [PersistentState]. Otherwise one of its own, which is
    /// the same on every server: the one that prerenders may be another than the circuit's.
    /// </summary>
    private static string NameOf(Type component)
    {
        if (!component.IsNested && !component.IsGenericType)
        {
            return component.FullName!;
        }

        // Of the name that entries have too, without the versions of assemblies, which differ while a deployment goes on.
        var hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(component.ToString()));
        return $"LiveStash.Proxies.H{hash:x16}.{component.Name.Replace('`', '_')}";
    }

    /// <summary>An assembly for each proxy, that may use what is internal and private where the component and its bases are from.</summary>
    private static ModuleBuilder Module(Type component)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new("LiveStash.Proxies"), AssemblyBuilderAccess.Run);
        var attribute = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        var names = new HashSet<string> { typeof(StashProxy).Assembly.GetName().Name! };
        for (var current = component; current is not null; current = current.BaseType)
        {
            names.UnionWith(current.GetGenericArguments().Append(current).Select(static type => type.Assembly.GetName().Name!));
        }

        foreach (var name in names)
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(attribute, [name]));
        }

        return assembly.DefineDynamicModule("LiveStash.Proxies");
    }

    private static FieldBuilder ImplementProxy(TypeBuilder type)
    {
        var property = typeof(IStashProxy).GetProperty(nameof(IStashProxy.StashHook))!;
        var field = type.DefineField("_stashHook", typeof(StashHook), FieldAttributes.Private);
        type.AddInterfaceImplementation(typeof(IStashProxy));
        Implement(type, property.GetMethod!, il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, field);
        });
        Implement(type, property.SetMethod!, il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Stfld, field);
        });
        return field;
    }

    private static void PassOn(TypeBuilder type, ConstructorInfo constructor)
    {
        var parameters = constructor.GetParameters();
        var own = type.DefineConstructor(MethodAttributes.Public, constructor.CallingConvention, [.. parameters.Select(static parameter => parameter.ParameterType)]);
        Copy(constructor.GetCustomAttributesData(), own.SetCustomAttribute);
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = own.DefineParameter(i + 1, parameters[i].Attributes & ~ParameterAttributes.HasDefault, parameters[i].Name);
            Copy(parameters[i].GetCustomAttributesData(), parameter.SetCustomAttribute);
            if (parameters[i].HasDefaultValue)
            {
                parameter.SetConstant(parameters[i].RawDefaultValue);
            }
        }

        var il = own.GetILGenerator();
        for (var i = 0; i <= parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, i);
        }

        il.Emit(OpCodes.Call, constructor);
        il.Emit(OpCodes.Ret);
    }

    /// <summary>Attributes such as [FromKeyedServices] and [ActivatorUtilitiesConstructor], which the container looks for.</summary>
    private static void Copy(IEnumerable<CustomAttributeData> attributes, Action<CustomAttributeBuilder> set)
    {
        foreach (var attribute in attributes.Where(static attribute => attribute.AttributeType.IsVisible))
        {
            set(new(attribute.Constructor, [.. attribute.ConstructorArguments.Select(ValueOf)]));
        }
    }

    /// <summary>What a builder takes for the argument: a list as an array.</summary>
    private static object? ValueOf(CustomAttributeTypedArgument argument)
    {
        if (argument.Value is not IReadOnlyCollection<CustomAttributeTypedArgument> list)
        {
            return argument.Value;
        }

        var item = argument.ArgumentType.GetElementType()!;
        var array = Array.CreateInstance(item, list.Count);
        foreach (var (index, element) in list.Index())
        {
            var value = ValueOf(element);
            array.SetValue(item.IsEnum && value is not null ? Enum.ToObject(item, value) : value, index);
        }

        return array;
    }

    private static void OverrideAttach(TypeBuilder type, Type component, FieldBuilder hook)
    {
        var method = typeof(IComponent).GetMethod(nameof(IComponent.Attach))!;
        Implement(type, method, il =>
        {
            IfHooked(il, hook, () =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, hook);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Callvirt, typeof(StashHook).GetMethod(nameof(StashHook.Attaching))!);
            });
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, TargetOf(component, method));
        });
    }

    private static void OverrideSetParameters(TypeBuilder type, Type component, FieldBuilder hook)
    {
        var method = typeof(IComponent).GetMethod(nameof(IComponent.SetParametersAsync))!;
        Implement(type, method, il =>
        {
            var entered = il.DefineLabel();
            IfHooked(il, hook, () =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, hook);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Callvirt, typeof(StashHook).GetMethod(nameof(StashHook.Entering))!);
                il.Emit(OpCodes.Starg, 1);
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, hook);
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Call, TargetOf(component, method));
                il.Emit(OpCodes.Callvirt, typeof(StashHook).GetMethod(nameof(StashHook.Entered))!);
                il.Emit(OpCodes.Br, entered);
            });
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, TargetOf(component, method));
            il.MarkLabel(entered);
        });
    }

    private static void OverrideHandleEvent(TypeBuilder type, Type component, FieldBuilder hook)
    {
        if (!typeof(IHandleEvent).IsAssignableFrom(component))
        {
            return;
        }

        type.AddInterfaceImplementation(typeof(IHandleEvent));
        var method = typeof(IHandleEvent).GetMethod(nameof(IHandleEvent.HandleEventAsync))!;
        Implement(type, method, il =>
        {
            var handled = il.DefineLabel();
            IfHooked(il, hook, () =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, hook);
                il.Emit(OpCodes.Callvirt, typeof(StashHook).GetMethod(nameof(StashHook.Handling))!);
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, hook);
                Handle();
                il.Emit(OpCodes.Callvirt, typeof(StashHook).GetMethod(nameof(StashHook.Handled))!);
                il.Emit(OpCodes.Br, handled);
            });
            Handle();
            il.MarkLabel(handled);

            void Handle()
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Ldarg_2);
                il.Emit(OpCodes.Call, TargetOf(component, method));
            }
        });
    }

    private static void OverrideRender(TypeBuilder type, Type component, FieldBuilder hook)
    {
        var method = component.GetMethod("BuildRenderTree", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(RenderTreeBuilder)]);
        if (!typeof(ComponentBase).IsAssignableFrom(component) || method is not { IsVirtual: true, IsFinal: false })
        {
            return;
        }

        var own = type.DefineMethod(
            method.Name, (method.Attributes & MethodAttributes.MemberAccessMask) | MethodAttributes.Virtual | MethodAttributes.HideBySig, null, [typeof(RenderTreeBuilder)]);
        var il = own.GetILGenerator();
        IfHooked(il, hook, () =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, hook);
            il.Emit(OpCodes.Callvirt, typeof(StashHook).GetMethod(nameof(StashHook.Rendering))!);
        });
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, method);
        il.Emit(OpCodes.Ret);
    }

    /// <summary>Blazor asks for IAsyncDisposable first, and calls one of the two.</summary>
    private static void OverrideDispose(TypeBuilder type, Type component, FieldBuilder hook)
    {
        var disposal = typeof(IAsyncDisposable).IsAssignableFrom(component) ? typeof(IAsyncDisposable) : typeof(IDisposable);
        type.AddInterfaceImplementation(disposal);
        var method = disposal.GetMethods()[0];
        Implement(type, method, il =>
        {
            IfHooked(il, hook, () =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, hook);
                il.Emit(OpCodes.Callvirt, typeof(StashHook).GetMethod(nameof(StashHook.Leaving))!);
            });
            if (disposal.IsAssignableFrom(component))
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Call, TargetOf(component, method));
            }
        });
    }

    private static void Implement(TypeBuilder type, MethodInfo method, Action<ILGenerator> emit)
    {
        var own = type.DefineMethod(
            $"{method.DeclaringType}.{method.Name}", Explicit, method.ReturnType, [.. method.GetParameters().Select(static parameter => parameter.ParameterType)]);
        var il = own.GetILGenerator();
        emit(il);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(own, method);
    }

    private static void IfHooked(ILGenerator il, FieldBuilder hook, Action emit)
    {
        var otherwise = il.DefineLabel();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, hook);
        il.Emit(OpCodes.Brfalse, otherwise);
        emit();
        il.MarkLabel(otherwise);
    }

    /// <summary>What the component itself does when the interface's method is called.</summary>
    private static MethodInfo TargetOf(Type component, MethodInfo method)
    {
        var map = component.GetInterfaceMap(method.DeclaringType!);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, method)];
    }
}
