using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes what backward kernels call besides the hooks of the forward ones.</summary>
internal sealed class GradientHookWriter(HookScope scope, KernelGradient gradient)
{
    private readonly SourceWriter _writer = scope.Unit.Writer;

    public void Write()
    {
        if (gradient.ByScore != KernelGraph.None)
        {
            _writer.WriteLine();
            _writer.WriteLine("// The score, and the method's derivative by the score that enters.");
            WriteScoreAndDerivative();
        }

        new LearningHookWriter(scope, gradient).Write();
    }

    private void WriteScoreAndDerivative()
    {
        using (scope.PairFunction("float score_and_derivative", $"float dot, {HookScope.PairParameters}, float& derivative"))
        {
            int score = scope.Staged.Graph.Score;
            BodyWriter body = scope.CreateBody();
            body.Write([score, gradient.ByScore]);
            body.EnterLine(score);
            _writer.WriteLine($"derivative = {body[gradient.ByScore]};");
            _writer.WriteLine($"return {body[score]};");
            scope.Unit.Lines.Leave();
        }
    }
}
