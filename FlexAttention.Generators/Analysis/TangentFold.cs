using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>A loop that carries derivatives beside the values that it carried before.</summary>
internal sealed class TangentFold
{
    private readonly int[] _positions;
    private readonly Monomial?[] _unchanged;

    private TangentFold(int node, int[] positions, Monomial?[] unchanged)
    {
        Node = node;
        _positions = positions;
        _unchanged = unchanged;
    }

    /// <summary>The loop, whose first results are those of the old one.</summary>
    public int Node { get; }

    /// <summary>Adds the loop to a graph.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="fold">The loop without derivatives.</param>
    /// <param name="input">The node that is differentiated by.</param>
    /// <param name="tangents">The derivatives of its arguments.</param>
    public static TangentFold Create(IrBuilder builder, FoldNode fold, IrNode? input, Monomial?[] tangents)
    {
        // A derivative that is zero before the loop need not stay zero; each round finds another one, so this ends.
        var carries = Enumerable.Range(0, fold.CarriedCount).Select(i => tangents[2 + i] is not null).ToArray();
        while (true)
        {
            var body = new TangentBody(fold, input, tangents, carries);
            if (!body.TryFindMore(carries))
                return Add(builder, fold, body, tangents, carries);
        }
    }

    /// <summary>The derivative of one of the old loop's results.</summary>
    public Monomial? TangentOf(IrBuilder builder, IrType type, int result) =>
        _unchanged[result] ?? (_positions[result] < 0 ? null : Monomial.Of(builder.FoldResult(type, Node, _positions[result])));

    private static TangentFold Add(IrBuilder builder, FoldNode fold, TangentBody body, Monomial?[] tangents, bool[] carries)
    {
        var algebra = new DerivativeAlgebra(builder);
        int carried = fold.CarriedCount;
        var positions = new int[carried];
        List<int> arguments = [.. fold.Arguments.Take(2 + carried)];
        for (int i = 0; i < carried; i++)
        {
            positions[i] = carries[i] ? arguments.Count - 2 : -1;
            if (carries[i])
                arguments.Add(algebra.ToNode(tangents[2 + i], builder.TypeOf(fold.Arguments[2 + i])));
        }

        int carriedCount = arguments.Count - 2;
        arguments.AddRange(fold.Arguments.Skip(2 + carried));
        for (int i = 2 + carried; i < fold.Arguments.Count; i++)
        {
            if (tangents[i] is not null)
                arguments.Add(algebra.ToNode(tangents[i], builder.TypeOf(fold.Arguments[i])));
        }

        // What each iteration hands on as it got it is known without the loop: of a sum that began with the score, one.
        Monomial?[] unchanged = [.. Enumerable.Range(0, carried).Select(i => body.HandsOn(i) ? tangents[2 + i] : null)];
        return new TangentFold(builder.Fold(fold.Step, carriedCount, arguments, body.ToRegion(carries)), positions, unchanged);
    }
}
