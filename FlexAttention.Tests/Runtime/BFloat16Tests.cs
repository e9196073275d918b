namespace FlexAttention.Tests.Runtime;

public sealed class BFloat16Tests
{
    [Test]
    public void EveryNumber_SurvivesTheRoundTripThroughFloat()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            BFloat16 value = BFloat16.FromBits((ushort)bits);
            BFloat16 again = (BFloat16)(float)value;
            if (float.IsNaN(value))
                Assert.That(float.IsNaN(again), $"bits {bits:x4}");
            else
                Assert.That(again.ToBits(), Is.EqualTo(bits));
        }
    }

    [TestCase(0x3F808000u, (ushort)0x3F80, Description = "a tie goes to the even neighbour below")]
    [TestCase(0x3F818000u, (ushort)0x3F82, Description = "a tie goes to the even neighbour above")]
    [TestCase(0x3F808001u, (ushort)0x3F81, Description = "just above a tie goes up")]
    [TestCase(0x3F807FFFu, (ushort)0x3F80, Description = "just below a tie goes down")]
    [TestCase(0xBF818000u, (ushort)0xBF82, Description = "negative numbers round alike")]
    [TestCase(0x7F7FFFFFu, (ushort)0x7F80, Description = "the largest float overflows to infinity")]
    [TestCase(0x7F800000u, (ushort)0x7F80, Description = "infinity stays")]
    [TestCase(0xFF800000u, (ushort)0xFF80, Description = "negative infinity stays")]
    [TestCase(0x7F800001u, (ushort)0x7FC0, Description = "a NaN whose payload is in the low half stays NaN")]
    [TestCase(0xFFFFFFFFu, (ushort)0xFFFF, Description = "a NaN of all ones does not carry into zero")]
    [TestCase(0x80000000u, (ushort)0x8000, Description = "negative zero stays")]
    [TestCase(0x00008001u, (ushort)0x0001, Description = "subnormal numbers round, too")]
    public void Float_IsRoundedToNearestEven(uint single, ushort expected) =>
        Assert.That(((BFloat16)BitConverter.UInt32BitsToSingle(single)).ToBits(), Is.EqualTo(expected));

    [Test]
    public void Comparisons_AreThoseOfNumbers()
    {
        BFloat16 zero = BFloat16.FromBits(0), negativeZero = BFloat16.FromBits(0x8000);

        Assert.That(zero == negativeZero);
        Assert.That(BFloat16.NaN != BFloat16.NaN);
        Assert.That(BFloat16.NaN.Equals(BFloat16.NaN));
        Assert.That(BFloat16.NegativeInfinity < zero && zero < BFloat16.PositiveInfinity);
        Assert.That(((BFloat16)1.5f).ToString(null, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo("1.5"));
    }
}
