using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Describes captures in XML documentation.</summary>
internal static class CaptureDocumentation
{
    public static string Parameter(CaptureModel capture) => capture.Rank == 0
        ? $"/// <param name=\"{capture.Name}\">The captured scalar <c>{capture.Name}</c>.</param>"
        : $"/// <param name=\"{capture.Name}\">The captured buffer <c>{capture.Name}</c>, {Dimensions(capture.Rank)}, on the call's device; any strides.</param>";

    private static string Dimensions(int rank) => rank == 1 ? "of 1 dimension" : $"of {rank} dimensions";
}
