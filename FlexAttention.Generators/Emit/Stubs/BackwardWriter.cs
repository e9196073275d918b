using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Parsing;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes the typed backward calls.</summary>
internal sealed class BackwardWriter
{
    private readonly SourceWriter _writer;
    private readonly VariantModel _model;
    private readonly bool _intoGradients;
    private readonly ParameterNames _names;
    private readonly string _dOutput;
    private readonly string _gradients;

    private BackwardWriter(SourceWriter writer, VariantModel model, bool intoGradients)
    {
        (_writer, _model, _intoGradients) = (writer, model, intoGradients);
        _names = new ParameterNames(model.Captures);
        _dOutput = _names.Take("dOutput", "outputGradient");
        _gradients = _names.Take("gradients", "computed");
    }

    private string[] Tensors => [_names.Query, _names.Key, _names.Value];

    private string Result => GradientsWriter.TypeName(_model, _names.ElementType);

    private string Learnable =>
        $"[{string.Join(", ", _model.Learnable.Select(static capture => capture.Rank == 0 ? "null" : SymbolText.Identifier(capture.Name)))}]";

    public static void Write(SourceWriter writer, VariantModel model)
    {
        new BackwardWriter(writer, model, intoGradients: false).Write();
        new BackwardWriter(writer, model, intoGradients: true).Write();
    }

    private void Write()
    {
        string element = _names.ElementType;
        _writer.WriteLine();
        WriteDocumentation();
        var parameters = new List<string>(Tensors.Select(name => $"{Runtime.DeviceTensor}<{element}> {name}"));
        parameters.AddRange(_model.Captures.Select(ParameterNames.Declare));
        parameters.Add($"{Runtime.AttentionOutput}<{element}> {_names.Output}");
        parameters.Add($"{Runtime.DeviceTensor}<{element}> {_dOutput}");
        if (_intoGradients)
            parameters.Add($"{Result} {_gradients}");
        parameters.Add($"{Runtime.BackwardOptions}? {_names.Options} = null");
        _writer.WriteLine($"public static {(_intoGradients ? "void" : Result)} Backward<{element}>(");
        using (_writer.Indent())
        {
            _writer.WriteLine(string.Join(",\n", parameters) + ")");
            _writer.WriteLine($"where {element} : unmanaged");
        }

        using (_writer.Block(""))
            WriteBody();
    }

    private void WriteBody()
    {
        string element = _names.ElementType, variant = CpuVariantWriter.StructName;
        _writer.WriteLine($"global::System.ArgumentNullException.ThrowIfNull({_names.Query});");
        _writer.WriteLine($"{variant} {_names.Variant} = {BindingWriter.Call(_model.Captures, _names, $"{_names.Query}.Device")};");
        var arguments = new List<string>(Tensors) { $"in {_names.Variant}", _names.Output, _dOutput, Learnable };
        if (_intoGradients)
            arguments.Add(_gradients);
        arguments.Add(_names.Options);
        string call = $"{Runtime.AttentionEngine}.Backward<{element}, {variant}>({string.Join(", ", arguments)});";
        _writer.WriteLine(_intoGradients ? call : $"{Runtime.AttentionGradients}<{element}> {_gradients} = {call}");
        BindingWriter.WriteKeepAlive(_writer, _model.Captures);
        if (!_intoGradients)
            _writer.WriteLine($"return {(_model.Learnable.Any() ? $"new {Result}({_gradients})" : _gradients)};");
    }

    private void WriteDocumentation()
    {
        _writer.WriteLine(_intoGradients
            ? "/// <summary>Computes gradients into those of an earlier call: after the first call on a GPU, without an allocation.</summary>"
            : "/// <summary>Computes gradients into new tensors.</summary>");
        _writer.WriteLine($"/// <typeparam name=\"{_names.ElementType}\">Half, BFloat16 or float; on the CPU also double.</typeparam>");
        _writer.WriteLine($"/// <param name=\"{_names.Query}\">[B, Hq, Lq, D], as in the forward call.</param>");
        _writer.WriteLine($"/// <param name=\"{_names.Key}\">[B, Hkv, Lkv, D].</param>");
        _writer.WriteLine($"/// <param name=\"{_names.Value}\">[B, Hkv, Lkv, Dv].</param>");
        _writer.WriteLines(_model.Captures.Select(CaptureDocumentation.Parameter));
        _writer.WriteLine($"/// <param name=\"{_names.Output}\">What <c>Forward</c> returned, with its lse.</param>");
        _writer.WriteLine($"/// <param name=\"{_dOutput}\">The gradient of the output, [B, Hq, Lq, Dv]; any strides whose last is 1.</param>");
        if (_intoGradients)
            _writer.WriteLine($"/// <param name=\"{_gradients}\">What the other overload returned for such a call.</param>");
        _writer.WriteLine($"/// <param name=\"{_names.Options}\">What the call chooses; the defaults when null.</param>");
        if (!_intoGradients)
            _writer.WriteLine("/// <returns>The gradients that the options ask for.</returns>");
    }
}
