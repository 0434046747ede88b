using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace LiveStash.Analyzers;

/// <summary>Reads render code, hand-written or made by Razor, and finds the components with <c>[Stash]</c> properties in it.</summary>
internal sealed class RenderWalker(StashSymbols symbols, CancellationToken cancellationToken) : OperationWalker
{
    private Stack<RenderedInstance> _open = new();
    private ImmutableArray<RenderedInstance.Content> _place = [];
    private SyntaxNode? _loop;
    private int _repeats;

    /// <summary>All instances, in the order of the code; those without <c>[Stash]</c> properties too.</summary>
    public List<RenderedInstance> Instances { get; } = [];

    public override void VisitForLoop(IForLoopOperation operation) => InLoop(operation, base.VisitForLoop);

    public override void VisitForEachLoop(IForEachLoopOperation operation) => InLoop(operation, base.VisitForEachLoop);

    public override void VisitWhileLoop(IWhileLoopOperation operation) => InLoop(operation, base.VisitWhileLoop);

    public override void VisitAnonymousFunction(IAnonymousFunctionOperation operation)
    {
        var (open, place) = (_open, _place);
        _place = _place.Add(new(open.Count > 0 ? open.Peek() : null, operation.Syntax));
        _open = new();
        base.VisitAnonymousFunction(operation);
        (_open, _place) = (open, place);
    }

    public override void VisitInvocation(IInvocationOperation operation)
    {
        if (StashSymbols.Same(operation.TargetMethod.ContainingType, symbols.RenderTreeBuilder))
        {
            VisitBuilder(operation);
        }
        else if (InferredComponent.From(operation.TargetMethod, operation.SemanticModel, cancellationToken) is { } inferred)
        {
            VisitInferred(operation, inferred);
        }
        else
        {
            base.VisitInvocation(operation);
        }
    }

    private void VisitBuilder(IInvocationOperation operation)
    {
        var current = _open.Count > 0 ? _open.Peek() : null;
        switch (operation.TargetMethod.Name)
        {
            case "OpenComponent" when TypeOf(operation) is { } type:
                _open.Push(Add(type, operation));
                break;
            case "CloseComponent" when current is not null:
                _open.Pop();
                break;
            case "AddMultipleAttributes" when current is not null:
                current.HasKey = true;
                break;
            case "AddAttribute" or "AddComponentParameter" when current is not null && NameIn(operation) is { } name:
                current.Parameters.Add(operation.Syntax);
                current.HasKey |= IsKey(current.Type, name) && !(current.IsRepeated && IsConstant(operation));
                VisitContent(operation.Arguments, _ => IsRowTemplate(current.Type, name));
                return;
        }

        base.VisitInvocation(operation);
    }

    private void VisitInferred(IInvocationOperation operation, InferredComponent inferred)
    {
        var instance = Add(inferred.Type, operation);
        instance.Parameters.Add(operation.Syntax);
        instance.HasKey = inferred.ParameterNames.Any(name => IsKey(inferred.Type, name));
        _open.Push(instance);
        VisitContent(operation.Arguments, argument => inferred.NameOf(argument.Parameter) is { } name && IsRowTemplate(inferred.Type, name));
        _open.Pop();
    }

    private RenderedInstance Add(INamedTypeSymbol type, IInvocationOperation operation)
    {
        var instance = new RenderedInstance(type, operation.Syntax, _place, _repeats > 0, _loop);
        Instances.Add(instance);
        return instance;
    }

    private void VisitContent(ImmutableArray<IArgumentOperation> arguments, Func<IArgumentOperation, bool> isRepeated)
    {
        foreach (var argument in arguments)
        {
            var repeats = _repeats;
            _repeats += isRepeated(argument) ? 1 : 0;
            Visit(argument);
            _repeats = repeats;
        }
    }

    private void InLoop<T>(T operation, Action<T> visit)
        where T : IOperation
    {
        var loop = _loop;
        _loop = operation.Syntax;
        _repeats++;
        visit(operation);
        _repeats--;
        _loop = loop;
    }

    private bool IsKey(INamedTypeSymbol type, string name) =>
        StashSymbols.PropertiesOf(type).Any(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && symbols.IsKey(property));

    /// <summary>
    /// Whether content given to this parameter is rendered once for each item, as Virtualize's is: the component has items of one
    /// of its type arguments, and the content takes one of them.
    /// </summary>
    private bool IsRowTemplate(INamedTypeSymbol type, string name)
    {
        var properties = StashSymbols.PropertiesOf(type.OriginalDefinition).ToArray();
        return properties.FirstOrDefault(property => property.Name == name)?.Type is INamedTypeSymbol { TypeArguments: [ITypeParameterSymbol item] } template
            && StashSymbols.Same(template.OriginalDefinition, symbols.RenderFragmentOf)
            && properties.Any(property => property.Type is INamedTypeSymbol items && items.AllInterfaces.Insert(0, items).Any(candidate =>
                candidate is { OriginalDefinition.SpecialType: SpecialType.System_Collections_Generic_IEnumerable_T, TypeArguments: [var element] } && StashSymbols.Same(element, item)));
    }

    private static INamedTypeSymbol? TypeOf(IInvocationOperation operation) => operation switch
    {
        { TargetMethod.TypeArguments: [INamedTypeSymbol type] } => type,
        { Arguments: [_, { Value: ITypeOfOperation { TypeOperand: INamedTypeSymbol type } }] } => type,
        _ => null,
    };

    private static bool IsConstant(IInvocationOperation operation)
    {
        var value = operation.Arguments.FirstOrDefault(static argument => argument.Parameter?.Name == "value")?.Value;
        while (value is IConversionOperation conversion)
        {
            value = conversion.Operand;
        }

        return value is { ConstantValue.HasValue: true };
    }

    private static string? NameIn(IInvocationOperation operation) =>
        operation.Arguments.FirstOrDefault(static argument => argument.Parameter?.Name == "name")?.Value.ConstantValue is { HasValue: true, Value: string name } ? name : null;
}
