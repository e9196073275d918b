using System.Reflection;
using FlexAttention.Descriptors;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>A generated variant, compiled and ready to be called.</summary>
internal sealed class EmittedVariant
{
    private readonly Type _kernel;

    private EmittedVariant(Type kernel) => _kernel = kernel;

    public VariantDescriptor Descriptor => (VariantDescriptor)_kernel.GetProperty("Descriptor")!.GetValue(null)!;

    /// <summary>The struct's type.</summary>
    public Type Struct => _kernel.GetNestedType("Variant", BindingFlags.NonPublic)!;

    /// <summary>Compiles the generated files of models whose methods' bodies are of no interest; the first is to be called.</summary>
    public static EmittedVariant Of(params VariantModel[] models)
    {
        Assembly assembly = VariantCompiler.Compile([.. models.Select(static model => VariantCompiler.Emit(model)), .. models.Select(Implement)]);
        return new EmittedVariant(assembly.GetType($"Demo.Variants+{models[0].MethodName}Kernel", throwOnError: true)!);
    }

    /// <summary>A variant of this assembly, by its kernel class.</summary>
    public static EmittedVariant Of(Type kernel) => new(kernel);

    /// <summary>The user's half of a variant's method.</summary>
    private static string Implement(VariantModel model)
    {
        string result = model.IsMaskVariant ? "bool" : "float";
        string parameters = string.Join(", ", model.Parameters.Select(static parameter => $"{parameter.Type} {parameter.Name}"));
        return
            $$"""
            namespace Demo;

            /// <summary>The user's half.</summary>
            public static partial class Variants
            {
                /// <summary>Has a body.</summary>
                public static partial {{result}} {{model.MethodName}}({{parameters}}) => throw new global::System.NotSupportedException();
            }
            """;
    }

    /// <summary>Binds captures, given in order as tensors and scalars.</summary>
    public IVariantCalls Bind(params object[] captures)
    {
        MethodInfo bind = _kernel.GetMethods(BindingFlags.NonPublic | BindingFlags.Static).Single(static method => method.ReturnType.Name == "Variant");
        object variant = bind.Invoke(null, [Device.Cpu, .. captures])!;
        return (IVariantCalls)Activator.CreateInstance(typeof(VariantCalls<>).MakeGenericType(Struct), variant)!;
    }
}
