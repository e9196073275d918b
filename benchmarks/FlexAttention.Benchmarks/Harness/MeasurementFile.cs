using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>Writes figures as JSON, which benchmarks/peers/table.py joins with those of the peers.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<Measurement>))]
internal sealed partial class MeasurementFile : JsonSerializerContext
{
    public static void Write(string path, List<Measurement> measurements) =>
        File.WriteAllText(path, JsonSerializer.Serialize(measurements, Default.ListMeasurement) + "\n");
}
