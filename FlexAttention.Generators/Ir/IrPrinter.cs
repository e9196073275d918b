using System.Globalization;
using System.Text;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Ir;

/// <summary>
/// A function as text, one operation a line: <c>v3:i32 = sub kv, q</c>. Constants, indices and captures stand where they
/// are used. A fold's body is indented under it: <c>i</c> is its counter, <c>c0</c> a carried and <c>x0</c> a passed value.
/// </summary>
internal sealed class IrPrinter
{
    private readonly StringBuilder _text = new();
    private readonly IReadOnlyList<CaptureModel> _captures;

    private IrPrinter(IReadOnlyList<CaptureModel> captures) => _captures = captures;

    /// <summary>Prints a function whose captures have no names.</summary>
    public static string Print(IrFunction function) => Print(function, []);

    /// <summary>Prints a function.</summary>
    public static string Print(IrFunction function, IReadOnlyList<CaptureModel> captures)
    {
        var printer = new IrPrinter(captures);
        var names = new string[function.Nodes.Count];
        printer.PrintNodes(function.Nodes, names, carriedCount: 0, indent: "");
        printer._text.Append("return ").Append(names[function.Result]).Append('\n');
        return printer._text.ToString();
    }

    /// <summary>Prints a score with its derivatives: <c>by slopes[h] = v1</c>.</summary>
    public static string Print(ScoreGradient gradient, IReadOnlyList<CaptureModel> captures)
    {
        var printer = new IrPrinter(captures);
        var names = new string[gradient.Nodes.Count];
        printer.PrintNodes(gradient.Nodes, names, carriedCount: 0, indent: "");
        printer.Line("", $"score = {names[gradient.Score]}");
        printer.Line("", $"by score = {names[gradient.ByScore]}");
        foreach (CaptureDerivative item in gradient.ByCapture)
            printer.Line("", $"by {printer.Element(item.Capture, List(item.Indices, names))} = {names[item.Derivative]}");
        foreach (LoopDerivative item in gradient.ByLoop)
            printer.PrintFold(item.Loop, $"by {printer.Capture(item.Capture)}", names, indent: "");
        return printer._text.ToString();
    }

    private void PrintNodes(EquatableArray<IrNode> nodes, string[] names, int carriedCount, string indent)
    {
        int next = 0;
        for (int i = 0; i < nodes.Count; i++)
        {
            names[i] = Inline(nodes[i], names, carriedCount) ?? $"v{next++}";
            switch (nodes[i])
            {
                case OperationNode operation:
                    Line(indent, $"{names[i]}:{Name(operation.Type)} = {Name(operation.Op)} {List(operation.Arguments, names)}");
                    break;
                case LoadNode load:
                    string guard = load.Guard >= 0 ? $" if {names[load.Guard]}" : "";
                    Line(indent, $"{names[i]}:{Name(load.Type)} = load {Capture(load.Capture)}[{List(load.Indices, names)}]{guard}");
                    break;
                case FoldNode fold:
                    PrintFold(fold, names[i], names, indent);
                    break;
            }
        }
    }

    private void PrintFold(FoldNode fold, string name, string[] names, string indent)
    {
        string[] arguments = [.. fold.Arguments.Select(argument => names[argument])];
        IEnumerable<string> bindings = arguments.Skip(2).Select((argument, i) => $"{ParameterName(i + 1, fold.CarriedCount)} = {argument}");
        string relation = fold.Step > 0 ? "<" : ">";
        string step = fold.Step.ToString(CultureInfo.InvariantCulture);
        Line(indent, $"{name} = fold (i = {arguments[0]}; i {relation} {arguments[1]}; i += {step}) {string.Join(", ", bindings)}");
        var bodyNames = new string[fold.Body.Nodes.Count];
        string inner = indent + "  ";
        PrintNodes(fold.Body.Nodes, bodyNames, fold.CarriedCount, inner);
        Line(inner, "next " + List(fold.Body.Results, bodyNames));
    }

    /// <summary>What a node that needs no line of its own is called, or null.</summary>
    private string? Inline(IrNode node, string[] names, int carriedCount) => node switch
    {
        ConstantNode constant => Literal(constant),
        IndexNode index => index.Index switch
        {
            IrIndex.Batch => "b",
            IrIndex.Head => "h",
            IrIndex.Query => "q",
            _ => "kv",
        },
        ScoreNode => "score",
        DotNode => "dot",
        ScaleNode => "scale",
        ScalarNode scalar => Capture(scalar.Capture),
        ExtentNode extent => $"{Capture(extent.Capture)}.length{extent.Dimension}",
        FoldResultNode result => $"{names[result.Fold]}.c{result.Carried}",
        RegionParameterNode parameter => ParameterName(parameter.Parameter, carriedCount),
        _ => null,
    };

    private static string ParameterName(int parameter, int carriedCount) => parameter switch
    {
        0 => "i",
        _ when parameter <= carriedCount => $"c{parameter - 1}",
        _ => $"x{parameter - 1 - carriedCount}",
    };

    private static string Literal(ConstantNode constant) => constant.Type switch
    {
        IrType.Bool => constant.IsTrue() ? "true" : "false",
        IrType.Int32 => constant.Bits.ToString(CultureInfo.InvariantCulture),
        IrType.Int64 => constant.Bits.ToString(CultureInfo.InvariantCulture) + "L",
        IrType.UInt32 => constant.Bits.ToString(CultureInfo.InvariantCulture) + "u",
        IrType.UInt64 => unchecked((ulong)constant.Bits).ToString(CultureInfo.InvariantCulture) + "UL",
        IrType.Float32 => ((float)constant.ToDouble()).ToString("R", CultureInfo.InvariantCulture) + "f",
        _ => constant.ToDouble().ToString("R", CultureInfo.InvariantCulture) + "d",
    };

    private static string Name(IrType type) => type switch
    {
        IrType.Bool => "bool",
        IrType.Int32 => "i32",
        IrType.UInt32 => "u32",
        IrType.Int64 => "i64",
        IrType.UInt64 => "u64",
        IrType.Float32 => "f32",
        _ => "f64",
    };

    private static string Name(IrOp op) => op switch
    {
        IrOp.Select => "select",
        IrOp.Convert => "convert",
        _ => Intrinsics.IntrinsicTable.Get(op).Cuda,
    };

    private string Element(int capture, string indices) => indices.Length == 0 ? Capture(capture) : $"{Capture(capture)}[{indices}]";

    private string Capture(int capture) => capture < _captures.Count ? _captures[capture].Name : $"capture{capture}";

    private static string List(IEnumerable<int> nodes, string[] names) => string.Join(", ", nodes.Select(node => names[node]));

    private void Line(string indent, string text) => _text.Append(indent).Append(text).Append('\n');
}
