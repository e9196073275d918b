using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// The body of a <see cref="TangentFold"/>. Its parameters are the counter, the carried values, the derivatives of those
/// that have one, the captured values, and the derivatives of those that have one.
/// </summary>
internal sealed class TangentBody
{
    private readonly IrBuilder _builder = new();
    private readonly int[] _results;
    private readonly Monomial?[] _tangents;
    private readonly Monomial?[] _carried;

    /// <summary>Copies a loop's body and differentiates it.</summary>
    /// <param name="fold">The loop.</param>
    /// <param name="input">The node that is differentiated by.</param>
    /// <param name="tangents">The derivatives of the loop's arguments.</param>
    /// <param name="carries">Which carried values have a derivative.</param>
    public TangentBody(FoldNode fold, IrNode? input, Monomial?[] tangents, bool[] carries)
    {
        int carriedTangents = carries.Count(static carry => carry);
        var copies = new int[fold.Body.Nodes.Count];
        for (int i = 0; i < copies.Length; i++)
            copies[i] = _builder.Append(Moved(fold.Body.Nodes[i].MapOperands(operand => copies[operand])));
        _results = [.. fold.Body.Results.Select(result => copies[result])];
        IrNode[] nodes = [.. Enumerable.Range(0, _builder.Count).Select(node => _builder[node])];
        // Nodes of a body are numbered by themselves, so that only a scalar can be told to be the same as outside.
        Monomial?[] parameters = Parameters(fold, tangents, carries);
        Monomial?[] all = new Tangents(_builder, input as ScalarNode).Of(nodes, parameters);
        _carried = [.. parameters.Skip(1).Take(fold.CarriedCount)];
        _tangents = [.. _results.Select(result => all[result])];

        IrNode Moved(IrNode node) =>
            node is RegionParameterNode parameter && parameter.Parameter > fold.CarriedCount
                ? parameter with { Parameter = parameter.Parameter + carriedTangents }
                : node;
    }

    /// <summary>Marks the carried values whose derivative does not stay zero; whether there is any that was not marked.</summary>
    public bool TryFindMore(bool[] carries)
    {
        bool found = false;
        for (int i = 0; i < carries.Length; i++)
        {
            found |= !carries[i] && _tangents[i] is not null;
            carries[i] |= _tangents[i] is not null;
        }

        return found;
    }

    /// <summary>Whether an iteration leaves the derivative of a carried value as it was.</summary>
    public bool HandsOn(int carried) =>
        _carried[carried] is { } old && _tangents[carried] is { } result && result.IsLike(old) && result.Coefficient == old.Coefficient;

    /// <summary>The body: its results are the next carried values and their derivatives.</summary>
    public IrRegion ToRegion(bool[] carries)
    {
        var algebra = new DerivativeAlgebra(_builder);
        IEnumerable<int> derivatives = Enumerable.Range(0, carries.Length)
            .Where(i => carries[i])
            .Select(i => algebra.ToNode(_tangents[i], _builder.TypeOf(_results[i])));
        return _builder.ToRegion([.. _results, .. derivatives]);
    }

    /// <summary>The derivative of each parameter, which is another parameter.</summary>
    private Monomial?[] Parameters(FoldNode fold, Monomial?[] tangents, bool[] carries)
    {
        int old = fold.Arguments.Count - 1;
        int next = 1 + fold.CarriedCount;
        var parameters = new Monomial?[old + carries.Count(static carry => carry)];
        for (int i = 0; i < carries.Length; i++)
        {
            if (carries[i])
                parameters[1 + i] = Parameter(fold, 2 + i, next++);
        }

        int shift = next - 1 - fold.CarriedCount;
        next = old + shift;
        for (int i = 1 + fold.CarriedCount; i < old; i++)
        {
            if (tangents[i + 1] is not null)
                parameters[i + shift] = Parameter(fold, i + 1, next++);
        }

        return parameters;
    }

    private Monomial Parameter(FoldNode fold, int argument, int parameter) =>
        Monomial.Of(_builder.Parameter(TypeOf(fold, argument), parameter));

    private static IrType TypeOf(FoldNode fold, int argument) =>
        fold.Body.Nodes.OfType<RegionParameterNode>().Where(node => node.Parameter == argument - 1).Select(static node => node.Type)
            .DefaultIfEmpty(IrType.Float32).First();
}
