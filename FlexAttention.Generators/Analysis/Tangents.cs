using FlexAttention.Generators.Intrinsics;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>Carries the derivative by one input through a graph.</summary>
/// <param name="builder">The graph; derivatives are added to it.</param>
/// <param name="input">The node that is differentiated by; null: none of this graph, only its parameters.</param>
internal sealed class Tangents(IrBuilder builder, IrNode? input)
{
    private readonly DerivativeAlgebra _algebra = new(builder);
    private readonly Dictionary<int, TangentFold> _folds = [];

    /// <summary>The derivative of each of the builder's first nodes.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="parameters">Those of a body's parameters.</param>
    public Monomial?[] Of(IReadOnlyList<IrNode> nodes, IReadOnlyList<Monomial?>? parameters = null)
    {
        var tangents = new Monomial?[nodes.Count];
        for (int i = 0; i < tangents.Length; i++)
        {
            tangents[i] = nodes[i] switch
            {
                var node when node == input => Monomial.One,
                OperationNode operation => Of(operation, i, tangents),
                RegionParameterNode { Parameter: var parameter } => parameters?[parameter],
                FoldResultNode result => Of(result, (FoldNode)nodes[result.Fold], tangents),
                _ => null,
            };
        }

        return tangents;
    }

    private Monomial? Of(OperationNode operation, int value, Monomial?[] tangents)
    {
        Monomial?[] arguments = [.. operation.Arguments.Select(argument => tangents[argument])];
        return Array.TrueForAll(arguments, static argument => argument is null)
            ? null
            : IntrinsicTable.Get(operation.Op).Derivative?.Invoke(_algebra, operation, value, arguments);
    }

    private Monomial? Of(FoldResultNode result, FoldNode fold, Monomial?[] tangents)
    {
        if (!_folds.TryGetValue(result.Fold, out TangentFold? differentiated))
        {
            differentiated = TangentFold.Create(builder, fold, input, [.. fold.Arguments.Select(argument => tangents[argument])]);
            _folds.Add(result.Fold, differentiated);
        }

        return differentiated.TangentOf(builder, result.Type, result.Carried);
    }
}
