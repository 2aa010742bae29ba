using DeviceConsole.Core.DataModels;

namespace DeviceConsole.Tests.DataModels;

/// <summary>Values are checked before they are sent.</summary>
public sealed class ModelValuesTests
{
    [Theory]
    [InlineData("boolean", "true", true)]
    [InlineData("boolean", "0", true)]
    [InlineData("boolean", "yes", false)]
    [InlineData("int", "-2147483648", true)]
    [InlineData("int", "2147483648", false)]
    [InlineData("unsignedInt", "4294967295", true)]
    [InlineData("unsignedInt", "-1", false)]
    [InlineData("unsignedInt", "1.5", false)]
    [InlineData("unsignedInt", "", false)]
    [InlineData("long", "-9223372036854775808", true)]
    [InlineData("unsignedLong", "18446744073709551616", false)]
    [InlineData("decimal", "-0.25", true)]
    [InlineData("dateTime", "2026-01-31T12:00:00Z", true)]
    [InlineData("dateTime", "0001-01-01T00:00:00Z", true)]
    [InlineData("dateTime", "31.1.2026", false)]
    [InlineData("hexBinary", "00af", true)]
    [InlineData("hexBinary", "0", false)]
    [InlineData("base64", "aGk=", true)]
    [InlineData("base64", "%", false)]
    [InlineData("string", "anything", true)]
    public void A_value_fits_its_primitive_type_or_a_sentence_says_what_would(string type, string value, bool fits)
    {
        var error = ModelValues.Check(new ModelType(type), value);
        (error is null).Should().Be(fits, error ?? "");
    }

    [Fact]
    public void Ranges_sizes_choices_and_lists_are_kept()
    {
        var range = new ModelType("int") { Ranges = [new ModelRange(-1, -1, null), new ModelRange(1, 10, null)] };
        ModelValues.Check(range, "-1").Should().BeNull();
        ModelValues.Check(range, "0").Should().Be("The value is -1 or from 1 to 10.");

        var text = new ModelType("string") { Sizes = [new ModelSize(8, 63)] };
        ModelValues.Check(text, "12345678").Should().BeNull();
        ModelValues.Check(text, "short").Should().Be("The value has 8 to 63 characters; this has 5.");

        var list = new ModelType("string") { IsList = true, MaxItems = 2, Choices = [new ModelChoice("a", ""), new ModelChoice("b", "")] };
        ModelValues.Check(list, "a, b").Should().BeNull();
        ModelValues.Check(list, "").Should().BeNull();
        ModelValues.Check(list, "a,c").Should().Be("\"c\" is none of a, b.");
        ModelValues.Check(list, "a,b,a").Should().Be("The list has at most 2 items, parted by commas.");
    }

    [Theory]
    [InlineData("Device.WiFi.Radio.12.Channel", "Device.WiFi.Radio.{i}.Channel")]
    [InlineData("Device.WiFi.Radio.[cpe-1].", "Device.WiFi.Radio.{i}.")]
    [InlineData("Device.IP.Interface.1.IPv4Address.", "Device.IP.Interface.{i}.IPv4Address.")]
    [InlineData("Device.X_1.2", "Device.X_1.2")]
    [InlineData("", "")]
    [InlineData("..", "..")]
    public void A_devices_path_is_a_pattern_of_the_model(string path, string pattern) => DataModelIndex.PatternOf(path).Should().Be(pattern);

    [Theory]
    [InlineData("xsd:unsignedInt", "unsignedInt")]
    [InlineData("boolean", "boolean")]
    [InlineData("DATETIME", "dateTime")]
    [InlineData("Counter32", null)]
    public void A_protocols_word_for_a_type_is_one_of_the_data_model_or_none(string written, string? type) => ModelValues.BaseOf(written).Should().Be(type);
}
