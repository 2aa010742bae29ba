using DeviceConsole.Core.Mibs;

namespace DeviceConsole.Tests.Mibs;

/// <summary>A signature never denies a word that is there, and denies nearly every one that is not.</summary>
public sealed class TextSignatureTests
{
    private const string Text = "The number of packets, including those that were Größer als 64 octets, that the PORT dropped.";

    [Fact]
    public void Every_part_of_a_description_is_allowed_whatever_its_case()
    {
        var signature = TextSignature.Of(Module(Text));
        for (var start = 0; start < Text.Length; start++)
        {
            for (var end = start + 3; end <= Text.Length; end++)
                TextSignature.BitsOf([Text[start..end].ToUpperInvariant()]).Should().OnlyContain(b => Has(signature, b));
        }
    }

    [Fact]
    public void Words_of_other_descriptions_are_denied()
    {
        var signature = TextSignature.Of(Module(Text));
        string[] others = ["temperature", "voltage", "wavelength", "subscriber", "threshold"];
        others.Should().OnlyContain(w => TextSignature.BitsOf(new[] { w }).Any(b => !Has(signature, b)));
        TextSignature.BitsOf(["ab"]).Should().BeEmpty("two letters say nothing");
    }

    private static bool Has(byte[] signature, int bit) => (signature[bit >> 3] & (1 << (bit & 7))) != 0;

    private static MibModule Module(string description) =>
        new() { Name = "A-MIB", File = "a.mib", Definitions = [new MibDefinition { Name = "a", Kind = MibKind.Scalar, Oid = "1.3", Description = description }] };
}
