using System.Globalization;
using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>Where lowering stands: the region it builds, the point of the method it has reached, and the call it is in.</summary>
internal sealed class LoweringContext
{
    /// <summary>Bounds the time that inlining and unrolling may take.</summary>
    private const int MaxOperations = 20_000;

    private readonly DiagnosticSink _sink;
    private int _operations;

    public LoweringContext(
        IMethodSymbol method, Compilation compilation, IReadOnlyList<CaptureModel> captures, DiagnosticSink sink, CancellationToken token)
    {
        (Method, Compilation, Captures, _sink, Token) = (method, compilation, captures, sink, token);
        Region = new RegionScope(parent: null, carriedCount: 0);
        OuterGuard = new ScalarValue(Region, Ir.Bool(true));
        State = FlowState.Start(Ir.Bool(true));
        Frame = new Frame(Caller: null, method, new Dictionary<ISymbol, ITypeSymbol>(SymbolEqualityComparer.Default));
        Flow = new FlowMerger(this);
        Expressions = new ExpressionLowering(this);
        Statements = new StatementLowering(this);
        Operators = new OperatorLowering(this);
        Assignments = new AssignmentLowering(this);
        Buffers = new BufferLowering(this);
        Patterns = new PatternLowering(this);
        Calls = new CallLowering(this);
    }

    /// <summary>The variant.</summary>
    public IMethodSymbol Method { get; }

    public Compilation Compilation { get; }

    public IReadOnlyList<CaptureModel> Captures { get; }

    public CancellationToken Token { get; }

    /// <summary>The methods whose statements have been lowered.</summary>
    public List<SyntaxReference> Bodies { get; } = [];

    public FlowMerger Flow { get; }

    public Jumps Jumps { get; } = new();

    public ExpressionLowering Expressions { get; }

    public OperatorLowering Operators { get; }

    public AssignmentLowering Assignments { get; }

    public BufferLowering Buffers { get; }

    public StatementLowering Statements { get; }

    public PatternLowering Patterns { get; }

    public CallLowering Calls { get; }

    public RegionScope Region { get; set; }

    public IrBuilder Ir => Region.Ir;

    public FlowState State { get; set; }

    public Frame Frame { get; set; }

    /// <summary>The condition under which the current call, or the current iteration of a loop, takes place.</summary>
    public ScalarValue OuterGuard { get; set; }

    /// <summary>Whether a statement was left, so that there is no function.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether C# never gets to the current point.</summary>
    public bool IsUnreachable => Ir.IsConstant(State.Path, false);

    /// <summary>The condition under which C# evaluates the current expression.</summary>
    public int Guard => Ir.And(Region.NodeOf(OuterGuard), State.Path);

    public ScalarValue Scalar(int node) => new(Region, node);

    /// <summary>The node of a value that must be a number or a bool.</summary>
    public int NodeOf(Value value, IOperation source) =>
        value is ScalarValue scalar ? Region.NodeOf(scalar) : throw UnsupportedType(source);

    /// <summary>The scalar type of an expression.</summary>
    public ScalarType ScalarTypeOf(IOperation operation) => ScalarTypeOf(operation.Type, operation);

    public ScalarType ScalarTypeOf(ITypeSymbol? type, IOperation source) =>
        ScalarType.Of(Frame.Resolve(type)) ?? throw UnsupportedType(source, type);

    /// <summary>Called for each expression and statement: it counts them, and notes the line for the nodes to come.</summary>
    public void Enter(IOperation operation)
    {
        Token.ThrowIfCancellationRequested();
        if (operation.Kind == OperationKind.Invalid || operation.Type is IErrorTypeSymbol)
            throw new LoweringStopped();
        if (++_operations > MaxOperations)
            throw TooLarge();
        SyntaxNode syntax = operation.Syntax;
        if (syntax.SyntaxTree == Method.DeclaringSyntaxReferences[0].SyntaxTree)
            Ir.Line = syntax.SyntaxTree.GetText(Token).Lines.GetLineFromPosition(syntax.SpanStart).LineNumber + 1;
    }

    /// <summary>Runs what lowers one statement; if it stops, the statements after it go on.</summary>
    public void Attempt(Action lower)
    {
        (RegionScope region, FlowState state, Frame frame, ScalarValue guard) = (Region, State, Frame, OuterGuard);
        try
        {
            lower();
        }
        catch (LoweringStopped)
        {
            HasFailed = true;
            (Region, State, Frame, OuterGuard) = (region, state, frame, guard);
        }
    }

    public LoweringStopped Stop(DiagnosticDescriptor rule, IOperation source, params string[] arguments) =>
        Stop(rule, source.Syntax.GetLocation(), arguments);

    public LoweringStopped Stop(DiagnosticDescriptor rule, Location location, params string[] arguments)
    {
        _sink.Report(rule, location, arguments);
        return new LoweringStopped();
    }

    public LoweringStopped Unsupported(IOperation source, string what, string instead) =>
        Stop(Rules.UnsupportedExpression, source, what, instead);

    public LoweringStopped UnsupportedType(IOperation source, ITypeSymbol? type = null)
    {
        type = Frame.Resolve(type ?? source.Type);
        return type is IErrorTypeSymbol or null
            ? new LoweringStopped()
            : Stop(Rules.UnsupportedType, source, type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
    }

    /// <summary>At the method's name: the operation that was one too many is as good as any other, and every later one is too.</summary>
    private LoweringStopped TooLarge() =>
        Stop(Rules.TooLarge, Method.Locations[0], Method.Name, MaxOperations.ToString(CultureInfo.InvariantCulture));
}
