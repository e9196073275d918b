using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>
/// Which values vary along a run of keys. The others are computed once, before it. A fold varies as a whole: all that it
/// carries does if any of it does.
/// </summary>
internal static class Variation
{
    /// <summary>Whether each node of a function varies.</summary>
    public static bool[] Of(EquatableArray<IrNode> nodes) => Of(nodes, []);

    /// <summary>Whether each node of a fold's body varies.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="outer">Whether each node around it varies.</param>
    /// <param name="foldVaries">Whether the fold does.</param>
    public static bool[] OfBody(FoldNode fold, IReadOnlyList<bool> outer, bool foldVaries)
    {
        var parameters = new bool[fold.Arguments.Count - 1];
        parameters[0] = outer[fold.Arguments[0]];
        for (int i = 1; i < parameters.Length; i++)
            parameters[i] = (foldVaries && i <= fold.CarriedCount) || outer[fold.Arguments[i + 1]];
        return Of(fold.Body.Nodes, parameters);
    }

    private static bool[] Of(EquatableArray<IrNode> nodes, bool[] parameters)
    {
        var varies = new bool[nodes.Count];
        for (int i = 0; i < varies.Length; i++)
        {
            varies[i] = nodes[i] switch
            {
                IndexNode index => index.Index == IrIndex.Key,
                ScoreNode => true,
                RegionParameterNode parameter => parameters[parameter.Parameter],
                var node => node.ValueOperands().Any(operand => varies[operand]),
            };
        }

        return varies;
    }
}
