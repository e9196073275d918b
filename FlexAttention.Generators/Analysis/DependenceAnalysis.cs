using System.Collections.Immutable;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>Finds, for each node, which of batch, head, query, key and score its value is a function of.</summary>
internal static class DependenceAnalysis
{
    /// <summary>The dependence of each node of a function.</summary>
    public static ImmutableArray<Dependence> Run(IrFunction function) => Run(function.Nodes.Items);

    /// <summary>The dependence of each node of a graph outside any fold.</summary>
    public static ImmutableArray<Dependence> Run(ImmutableArray<IrNode> nodes) => Run(nodes, ImmutableArray<Dependence>.Empty);

    /// <summary>What a function's result depends on; nothing if there is no function.</summary>
    public static Dependence OfResult(IrFunction? function) =>
        function is null ? Dependence.None : Run(function)[function.Result];

    /// <summary>Whether any of some nodes outside folds depends on the score.</summary>
    public static bool AnyOnScore(ImmutableArray<IrNode> graph, IEnumerable<int> nodes)
    {
        ImmutableArray<Dependence> dependence = Run(graph);
        return nodes.Any(node => dependence[node].HasFlag(Dependence.Score));
    }

    /// <summary>The dependence of each node of a fold's body, in any of its iterations.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="outer">The dependence of each node of the function or body that the fold stands in.</param>
    public static ImmutableArray<Dependence> OfBody(FoldNode fold, IReadOnlyList<Dependence> outer)
    {
        Dependence[] parameters = Parameters(fold, outer);
        // What one iteration carries into the next can add to a dependence; it only ever grows, so this ends.
        while (true)
        {
            ImmutableArray<Dependence> nodes = Run(fold.Body.Nodes.Items, parameters);
            bool grew = false;
            for (int i = 0; i < fold.CarriedCount; i++)
            {
                Dependence carried = parameters[1 + i] | nodes[fold.Body.Results[i]];
                grew |= carried != parameters[1 + i];
                parameters[1 + i] = carried;
            }

            if (!grew)
                return nodes;
        }
    }

    private static ImmutableArray<Dependence> Run(ImmutableArray<IrNode> nodes, IReadOnlyList<Dependence> parameters)
    {
        var result = ImmutableArray.CreateBuilder<Dependence>(nodes.Length);
        foreach (IrNode node in nodes)
            result.Add(Of(node, nodes, result, parameters));
        return result.MoveToImmutable();
    }

    private static Dependence Of(
        IrNode node, ImmutableArray<IrNode> nodes, IReadOnlyList<Dependence> earlier, IReadOnlyList<Dependence> parameters) =>
        node switch
        {
            IndexNode { Index: var index } => Of(index),
            ScoreNode or DotNode => Dependence.Score,
            // The guard decides whether C# would have read, not what is read.
            LoadNode load => Union(load.Indices, earlier),
            OperationNode operation => Union(operation.Arguments, earlier),
            FoldNode fold => Union(fold.Arguments, earlier),
            RestrictedNode or EqualElementsNode => Union(node.Operands(), earlier),
            FoldResultNode { Fold: var fold, Carried: var carried } => OfResult((FoldNode)nodes[fold], carried, earlier),
            RegionParameterNode { Parameter: var parameter } => parameters[parameter],
            ConstantNode or ScaleNode or ScalarNode or ExtentNode => Dependence.None,
            _ => throw new ArgumentOutOfRangeException(nameof(node), node, "An unknown node."),
        };

    private static Dependence Of(IrIndex index) => index switch
    {
        IrIndex.Batch => Dependence.Batch,
        IrIndex.Head => Dependence.Head,
        IrIndex.Query => Dependence.Query,
        IrIndex.Key => Dependence.Key,
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "An unknown index."),
    };

    /// <summary>The number of iterations is part of every result.</summary>
    private static Dependence OfResult(FoldNode fold, int carried, IReadOnlyList<Dependence> outer) =>
        outer[fold.Arguments[0]]
        | outer[fold.Arguments[1]]
        | outer[fold.Arguments[2 + carried]]
        | OfBody(fold, outer)[fold.Body.Results[carried]];

    /// <summary>A body's parameters are the index, the carried values and the captured ones.</summary>
    private static Dependence[] Parameters(FoldNode fold, IReadOnlyList<Dependence> outer)
    {
        var parameters = new Dependence[fold.Arguments.Count - 1];
        parameters[0] = outer[fold.Arguments[0]];
        for (int i = 1; i < parameters.Length; i++)
            parameters[i] = outer[fold.Arguments[i + 1]];
        return parameters;
    }

    private static Dependence Union(IEnumerable<int> nodes, IReadOnlyList<Dependence> dependence)
    {
        var union = Dependence.None;
        foreach (int node in nodes)
            union |= dependence[node];
        return union;
    }
}
